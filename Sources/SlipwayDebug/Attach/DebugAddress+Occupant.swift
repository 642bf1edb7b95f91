import Glibc
import SlipwaySystem
import SystemPackage

extension DebugAddress {
  /// Who is attached at a debug socket, as it tells a browser: “LLDB”. nil if nobody is, or if it does not
  /// say in two seconds. Blocks.
  package var occupant: String? {
    guard let connection = try? connected() else { return nil }
    defer { try? connection.close() }
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe _ = setsockopt(connection.rawValue, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    guard (try? connection.writeAll("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)) != nil else {
      return nil
    }
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while answer.count < 1 << 16,
      let count = try? unsafe chunk.withUnsafeMutableBytes({ unsafe try connection.read(into: $0) }
      ),
      count > 0
    {
      answer += chunk[..<count]
    }
    return Refusal.occupant(in: String(decoding: answer, as: UTF8.self))
  }

  private func connected() throws(SystemError) -> FileDescriptor {
    switch self {
    case .tcp(let host, let port):
      try ConnectedSocket.tcp(host: host.unbracketed, port: UInt16(clamping: port))
    case .unix(let path):
      try ConnectedSocket.unix(path: path)
    }
  }
}
