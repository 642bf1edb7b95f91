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

  /// Starts the program at `executable`, an absolute path, in `/`. It gets copies of the descriptors
  /// as 3, 4 and so on.
  package init(
    _ executable: String,
    _ arguments: [String] = [],
    inheriting descriptors: [FileDescriptor]
  ) throws(SystemError) {
    var pid: CInt = 0
    let numbers = descriptors.map(\.rawValue)
    let variables = unsafe ProcessEnvironment.entries(setting: [:])
    defer { unsafe variables.forEach { unsafe free($0) } }
    let code = unsafe withCStrings([executable] + arguments) { arguments in
      unsafe slipway_spawn_helper(
        &pid,
        executable,
        arguments,
        variables,
        "/",
        numbers,
        CInt(numbers.count)
      )
    }
    guard code == 0 else {
      throw .call("Starting \(executable)", failedWith: Errno(rawValue: code))
    }
    self.pid = pid
  }

  /// Waits for the end, and tells of it. Blocks; to be called once. See waitpid(2).
  package func collect() -> End {
    var status: CInt = 0
    guard (try? Errno.check { unsafe waitpid(pid, &status, 0) }) != nil else { return .lost }
    let signal = status & 0x7f
    return signal == 0 ? .exited((status >> 8) & 0xff) : .terminated(signal: signal)
  }

  /// Ends the process at once. To be followed by `collect`.
  package func kill() {
    _ = Glibc.kill(pid, SIGKILL)
  }
}
