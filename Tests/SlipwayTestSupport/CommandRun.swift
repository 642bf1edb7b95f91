import Glibc

/// A program that has run to its end, and all that it wrote.
package struct CommandRun: Sendable {
  package let end: ServerProcess.End

  /// Standard output and standard error as they came.
  package let text: String

  package init(_ command: [String]) throws {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw ServerProcess.Failure(description: String(cString: strerror(errno)))
    }
    let pid = try Spawn(
      command: command,
      environment: [:],
      descriptors: [(ends[1], 1), (ends[1], 2)]
    )
    .start()
    close(ends[1])
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = Glibc.read(ends[0], &buffer, buffer.count), count > 0 {
      bytes += buffer[..<count]
    }
    close(ends[0])
    text = String(decoding: bytes, as: UTF8.self)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
    end = ServerProcess.End(status: status)
  }
}
