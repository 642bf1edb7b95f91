import Glibc
import SystemPackage

/// The process that listens on a TCP port, as /proc tells: proc_pid_net(5), proc_pid_fd(5).
///
/// What /proc says is read as text of unknown origin: anybody may name a process as he likes.
package struct PortHolder: Equatable, Sendable {
  package let pid: Int32

  /// The name of the command, at most 15 bytes.
  package let command: String

  /// Finds the holder among the processes that this user may look into; nil if there is none. Takes
  /// milliseconds, more with thousands of processes.
  package static func find(port: Int, proc: String = "/proc") -> PortHolder? {
    let sockets = ["net/tcp", "net/tcp6"].compactMap { ProcessTable.text("\(proc)/\($0)") }
      .reduce(into: Set<UInt64>()) { $0.formUnion(listeningSockets(in: $1, port: port)) }
    guard !sockets.isEmpty else { return nil }
    let links = Set(sockets.map { "socket:[\($0)]" })
    for pid in ProcessTable.processes(in: proc) {
      for descriptor in ProcessTable.entries(of: "\(proc)/\(pid)/fd") {
        guard let link = ProcessTable.link("\(proc)/\(pid)/fd/\(descriptor)"), links.contains(link)
        else { continue }
        let command = ProcessTable.text("\(proc)/\(pid)/comm") ?? "?"
        return PortHolder(pid: pid, command: String(command.prefix { $0 != "\n" }))
      }
    }
    return nil
  }

  /// The inodes of the sockets that listen on `port`, from the text of /proc/net/tcp or tcp6. Lines
  /// that make no sense are passed over.
  package static func listeningSockets(in table: String, port: Int) -> Set<UInt64> {
    var inodes: Set<UInt64> = []
    for line in table.split(separator: "\n").dropFirst() {
      // sl, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode
      let columns = line.split(separator: " ", omittingEmptySubsequences: true)
      guard columns.count > 9, columns[3] == "0A",
        let colon = columns[1].lastIndex(of: ":"),
        UInt16(columns[1][columns[1].index(after: colon)...], radix: 16).map(Int.init) == port,
        let inode = UInt64(decimal: columns[9]), inode != 0
      else { continue }
      inodes.insert(inode)
    }
    return inodes
  }
}

extension ListenAddress {
  /// The process that listens on the port, where there is a port.
  var holder: PortHolder? {
    if case .tcp(_, let port) = self { PortHolder.find(port: port) } else { nil }
  }
}
