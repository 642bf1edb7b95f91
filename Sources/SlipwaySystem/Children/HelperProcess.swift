import CSlipwayShims
import Glibc
package import SystemPackage

/// A program that works beside the server as its child, over restarts too: execve(2) leaves children
/// alone, and the next generation, which has the same PID, goes on as their parent.
///
/// It leads a session of its own, so that Ctrl-C does not reach it, reads /dev/null, and writes to our
/// standard output and error.
package struct HelperProcess: Sendable, Hashable {
  package typealias End = ChildProcess.End

  /// While nobody has waited for the child, its number is given to no other process.
  package let pid: Int32

  /// A helper that an earlier generation has started.
  package init(pid: Int32) {
    self.pid = pid
  }

  /// Starts the program at `executable`, an absolute path, in `/`.
  ///
  /// - Parameters:
  ///   - descriptors: it gets copies of them as 3, 4 and so on.
  ///   - conversation: what it is to have as its standard input and output.
  ///   - variables: are set in its environment, which is ours otherwise.
  package init(
    _ executable: String,
    _ arguments: [String] = [],
    inheriting descriptors: [FileDescriptor],
    conversingOver conversation: FileDescriptor? = nil,
    setting variables: [String: String] = [:]
  ) throws(SystemError) {
    var pid: CInt = 0
    let numbers = descriptors.map(\.rawValue)
    let entries = unsafe ProcessEnvironment.entries(setting: variables)
    defer { unsafe entries.forEach { unsafe free($0) } }
    let code = unsafe withCStrings([executable] + arguments) { arguments in
      unsafe slipway_spawn_helper(
        &pid,
        executable,
        arguments,
        entries,
        "/",
        conversation?.rawValue ?? -1,
        numbers,
        CInt(numbers.count)
      )
    }
    guard code == 0 else {
      throw .call("Starting \(executable)", failedWith: Errno(rawValue: code))
    }
    self.pid = pid
  }

  /// Whether there is such a child of this process that nobody has waited for. What is no child of
  /// ours may be anybody's.
  package var isOurs: Bool {
    var information = unsafe siginfo_t()
    let options = WEXITED | WNOHANG | WNOWAIT
    return unsafe waitid(P_PID, id_t(pid), &information, options) == 0
  }

  /// Waits for the end, and tells of it. Blocks; to be called once.
  package func collect() -> End { End(of: pid) }

  /// Whether it ends within a time. To be followed by `collect` if not, and not otherwise.
  package func awaitEnd(within limit: Duration) -> Bool {
    let deadline = ContinuousClock.now + limit
    while true {
      let found = waitpid(pid, nil, WNOHANG)
      if found == pid || (found == -1 && errno != EINTR) { return true }
      guard ContinuousClock.now < deadline else { return false }
      poll(nil, 0, 5)
    }
  }

  /// Waits for the end of all children, whoever started them, up to a time. To be called before this
  /// process starts any of its own.
  package static func collectAll(within limit: Duration) {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      switch waitpid(-1, nil, WNOHANG) {
      case 0: poll(nil, 0, 5)
      case -1 where errno != EINTR: return
      default: continue
      }
    }
  }

  /// Ends the children that an image which crashed has left in a session, and collects their leader.
  package static func endSession(ledBy leader: Int32) {
    // The number may be another process's by now.
    guard HelperProcess(pid: leader).isOurs else { return }
    let session = ProcessSession(leader: leader)
    for _ in 0..<100 where !session.signal(SIGKILL) { poll(nil, 0, 5) }
    _ = waitpid(leader, nil, WNOHANG)
  }

  /// Ends the process at once. To be followed by `collect`.
  package func kill() {
    _ = Glibc.kill(pid, SIGKILL)
  }
}
