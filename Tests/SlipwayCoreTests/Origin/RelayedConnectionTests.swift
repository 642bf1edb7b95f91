import NIOCore
import SlipwayCore
import SlipwaySystem
import SlipwayTestSupport
import SystemPackage
import Testing

/// Connections that another process has accepted, and relays to the gateway.
@Suite(.timeLimit(.minutes(5)))
struct RelayedConnectionTests {
  private static let whoAndHow = Answering { exchange in
    let request = exchange.request
    let text = "\(request.scheme) \(request.peer?.ipAddress ?? "nobody") \(request.path)"
    exchange.respond(ResponseHead(status: 200), body: ByteBuffer(string: text))
  }

  private static func header(_ host: String = "192.0.2.7") throws -> [UInt8] {
    let header = ProxyHeader.encode(
      client: try SocketAddress(ipAddress: host, port: 40_000),
      server: try SocketAddress(ipAddress: host, port: 443),
      tlsVersion: "TLSv1.3"
    )
    return Array(header.readableBytesView)
  }

  /// A gateway behind a socket file, which stands for the private one: a test can connect to it.
  private func withRelayed(
    _ gate: TestGate,
    _ body: (Gateway, String, Arrivals<ExchangeRecord>) throws -> Void
  ) throws {
    try withScratchDirectory { directory in
      let path = directory.path("socket")
      let listener = try ListeningSocket.unix(path: path)
      defer { try? listener.close() }
      let records = Arrivals<ExchangeRecord>()
      let gateway = makeGateway(gate, records)
      defer { gateway.shutDown() }
      try gateway.serve([listener], origin: .announced)
      try body(gateway, path, records)
    }
  }

  @Test func theHeaderTellsPeerAndScheme() throws {
    try withRelayed(TestGate(.dispatch(Self.whoAndHow))) { _, path, records in
      let client = try RawClient(unix: path)
      // In two pieces, the second with requests behind it.
      let header = try Self.header()
      try client.send(Array(header[..<20]))
      let request = Array("GET /a HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
      try client.send(Array(header[20...]) + request)
      #expect(try client.response().text == "https 192.0.2.7 /a")
      try client.send(request)
      #expect(try client.response().text == "https 192.0.2.7 /a")
      #expect(records.next()?.peer == "192.0.2.7:40000")
    }
  }

  @Test func aConnectionWithoutTheHeaderIsClosedUnanswered() throws {
    try withRelayed(TestGate(.dispatch(Self.whoAndHow))) { _, path, _ in
      let client = try RawClient(unix: path)
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect((try? client.rest())?.isEmpty ?? true)
    }
  }

  @Test func theHeaderIsNoHeaderOnAnOrdinaryListener() throws {
    try withGateway(Self.whoAndHow) { server in
      let client = try server.connect()
      try client.send(try Self.header() + Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
      #expect(try client.response().status == 400)
    }
  }

  @Test(arguments: [0, 5, 20])
  func aRestartKeepsWhoTheClientIs(sentBefore count: Int) throws {
    try withRelayed(TestGate(.hold)) { gateway, path, _ in
      let held = try RawClient(unix: path)
      let request = Array("GET /held HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
      try held.send(try Self.header() + request)
      let partial = try RawClient(unix: path)
      let header = try Self.header("2001:db8::7")
      try partial.send(Array(header[..<count]))
      #expect(held.isSilent(for: 50))

      let drained = Arrivals<Drained>()
      gateway.drain(grace: .seconds(10)) { drained.send($0) }
      let connections = try #require(drained.next()).connections
      #expect(connections.count == 2)
      let next = makeGateway(TestGate(.dispatch(Self.whoAndHow)))
      defer { next.shutDown() }
      next.adopt(connections)
      #expect(try held.response().text == "https 192.0.2.7 /held")
      try partial.send(Array(header[count...]) + request)
      #expect(try partial.response().text == "https 2001:db8::7 /held")
    }
  }
}
