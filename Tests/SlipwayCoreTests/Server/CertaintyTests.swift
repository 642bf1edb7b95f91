import NIOCore
import SlipwayCore
import SlipwaySystem
import SlipwayTestSupport
import Synchronization
import Testing

/// What a gatekeeper has found out counts for what had come by then, and for nothing else.
@Suite(.timeLimit(.minutes(5)))
struct CertaintyTests {
  private static let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

  @Test
  func doesNotOutlastTheTurnOfTheEventLoop() throws {
    try withGateway(.text("hello"), configure: { $0.threads = 1 }) { server in
      let client = try server.connect()
      for _ in 0..<3 {
        try client.send(Self.request)
        #expect(try client.response().text == "hello")
      }
      #expect(server.gate.certainties.withLock { $0 } == [false, false, false])
    }
  }

  /// The second may have been sent after a change, although it was read with the first.
  @Test
  func isNotForASecondRequestOfOneConnection() throws {
    try withGateway(.text("hello"), configure: { $0.threads = 1 }) { server in
      let client = try server.connect()
      try client.send(Self.request + Self.request)
      for _ in 0..<2 { #expect(try client.response().text == "hello") }
      #expect(server.gate.certainties.withLock { $0 } == [false, false])
    }
  }

  @Test
  func isForAllRequestsThatOneTurnBrings() throws {
    let mayGoOn = Inbox<Void>()
    let isBlocked = Arrivals<Void>()
    let application = Answering { exchange in
      guard exchange.request.path == "/block" else {
        return exchange.respond(ResponseHead(status: 204))
      }
      exchange.inNextTurn {
        isBlocked.send(())
        _ = mayGoOn.receive()
        exchange.respond(ResponseHead(status: 204))
      }
    }
    try withGateway(application, configure: { $0.threads = 1 }) { server in
      let clients = try (0..<3).map { _ in try server.connect() }
      // So that all connections are accepted.
      for client in clients {
        try client.send(Self.request)
        #expect(try client.response().status == 204)
      }
      let blocker = try server.connect()
      try blocker.send("GET /block HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(isBlocked.next() != nil)
      for client in clients {
        try client.send(Self.request)
        try client.awaitReceipt()
      }
      mayGoOn.send(())
      for client in clients { #expect(try client.response().status == 204) }
      #expect(server.gate.certainties.withLock { $0.suffix(3) } == [false, true, true])
    }
  }
}
