import Glibc
import SystemPackage

/// The processes that a child and its descendants consist of.
///
/// A session, not a process group: `swift build` puts each compiler into a group of its own, so
/// that a signal to its own group reaches none of them. Nothing short of setsid(2) leaves a
/// session. See setsid(2) and proc_pid_stat(5).
struct ProcessSession {
  /// The process that began the session. While it has not been waited for, its number cannot be
  /// given to another session.
  let leader: pid_t

  /// All processes of the session but those that have ended, in no order.
  func members() -> [pid_t] {
    guard let processes = unsafe opendir("/proc") else { return [] }
    defer { unsafe closedir(processes) }
    var members: [pid_t] = []
    while let entry = unsafe readdir(processes) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if let process = pid_t(name), isMember(process) { members.append(process) }
    }
    return members
  }

  /// Sends `signal` to every member; true if there was none.
  ///
  /// A process may end, and its number be given to another, between look and signal: that takes a
  /// wrap-around of all process numbers within microseconds.
  func signal(_ signal: CInt) -> Bool {
    let members = members()
    for process in members { _ = kill(process, signal) }
    return members.isEmpty
  }

  private func isMember(_ process: pid_t) -> Bool {
    guard
      let file = try? FileDescriptor.open(
        FilePath("/proc/\(process)/stat"),
        .readOnly,
        options: .closeOnExec
      )
    else { return false }
    let stat = OwnedDescriptor(file)
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe try? stat.descriptor.read(into: $0) }
    // The name of the program is in parentheses and may hold any byte: fields count from the last.
    let text = bytes.prefix(count ?? 0)
    guard let nameEnd = text.lastIndex(of: UInt8(ascii: ")")) else { return false }
    let fields = text[(nameEnd + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 5)
    guard fields.count > 3, let state = fields[0].first else { return false }
    let hasEnded = state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")
    return !hasEnded && String(decoding: fields[3], as: UTF8.self) == String(leader)
  }
}
