import Glibc
import SlipwayCore
import SlipwaySystem
import SlipwayTLS
import SlipwayTestSupport
import SystemPackage

/// A front, with the test in the place of the gateway.
struct TestFront {
  let port: UInt16
  let authority: String
  private let backend: FileDescriptor

  /// The next connection that is relayed, with its PROXY header.
  func accept() throws -> OwnedDescriptor {
    guard FileDescriptor.waitReadable([backend], milliseconds: 60_000) == [true] else {
      throw RawClient.Failure.silence("nothing is relayed")
    }
    return try backend.acceptConnection()
  }

  func curl(_ arguments: [String] = []) throws -> CommandRun {
    try CommandRun(
      ["/usr/bin/curl", "-s", "-i", "--max-time", "60", "--http2", "--cacert", authority]
        + arguments + ["https://127.0.0.1:\(port)/a?b"]
    )
  }

  /// Runs `body` with a front on a port of 127.0.0.1.
  static func with(_ body: (TestFront) throws -> Void) throws {
    try withScratchDirectory(named: "front") { directory in
      let project = ProjectCertificate(directory: directory.path("tls"))
      _ = try project.ensure(for: .loopback)
      let backend = try PrivateSocket.listen()
      defer { try? backend.close() }
      let listeners = try ListeningSocket.tcp(host: "127.0.0.1", port: 0)
      guard case .tcp(_, let port)? = BoundAddress(of: listeners[0]),
        let name = PrivateSocket.name(of: backend)
      else { throw RawClient.Failure.system("getsockname", 0) }
      let order = FrontOrder(
        certificate: .files(certificate: project.pair.certificate, key: project.pair.key),
        backend: name,
        headLimit: 65_536,
        connectionLimit: 100,
        listenerCount: listeners.count
      )
      let front = try TLSFront(
        order,
        certificate: project.pair,
        naming: project.namedCertificates(for: .loopback),
        report: { _ in }
      )
      defer { try? front.shutDown() }
      try front.serve(listeners)
      try body(TestFront(port: port, authority: project.authority, backend: backend))
    }
  }
}

extension OwnedDescriptor {
  /// Reads until `end` has come; all that has.
  borrowing func read(to end: String) throws -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if text.hasSuffix(end) { return text }
      guard FileDescriptor.waitReadable([descriptor], milliseconds: 60_000) == [true],
        case let count = try chunk.withUnsafeMutableBytes({ try descriptor.read(into: $0) }),
        count > 0
      else { throw RawClient.Failure.ended(text) }
      bytes += chunk[..<count]
    }
  }
}
