import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// Connections that leave HTTP for another protocol (RFC 9110, section 7.8).
@Suite(.timeLimit(.minutes(5)))
struct TunnelTests {
  private static let handshake =
    "GET /t HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"

  /// Switches to `echo` and sends back what comes, until the client shuts its side.
  private static let echo = Answering { exchange in
    exchange.start(.switching(to: "echo"))
    exchange.echoTunnel()
  }

  @Test
  func carriesBytesBothWaysFromTheFirstBehindTheHead() throws {
    try withGateway(Self.echo) { server in
      let client = try server.connect()
      try client.send(Self.handshake + "early")
      let head = try client.head()
      #expect(head.status == 101)
      #expect(head["upgrade"] == "echo")
      #expect(head["connection"] == "upgrade")
      #expect(head["content-length"] == nil)
      #expect(head["transfer-encoding"] == nil)
      #expect(try client.bytes(5) == Array("early".utf8))
      let request = Array("GET / HTTP/1.1\r\n\r\n\u{0}".utf8)
      try client.send(request)
      #expect(try client.bytes(request.count) == request)
      client.closeOutput()
      #expect(try client.rest().isEmpty)
      let record = try #require(server.records.next())
      #expect(record.status == 101)
      #expect(record.responseBytes == 5 + request.count)
      #expect(!record.wasCut)
    }
  }

  @Test
  func writesOnAfterTheClientHasShutItsSide() throws {
    let application = Answering { exchange in
      exchange.start(.switching(to: "echo"))
      exchange.read(upTo: 10) { part in
        guard case .end = part else { return exchange.fail(AppFailure(message: "no end")) }
        exchange.write(ByteBuffer(string: "still here"))
        exchange.finish()
      }
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send(Self.handshake)
      client.closeOutput()
      #expect(try client.head().status == 101)
      #expect(try client.rest() == Array("still here".utf8))
    }
  }

  @Test(arguments: [
    ("Connection: upgrade\r\nUpgrade: ECHO\r\n", "echo"),
    ("Connection: close, Upgrade\r\nUpgrade: one/1, echo , two\r\n", "Echo"),
    ("Connection: upgrade\r\nUpgrade: one\r\nUpgrade: echo\r\n", "one, echo"),
  ])
  func findsTheProtocolAmongThoseOffered(fields: String, chosen: String) throws {
    let application = Answering { exchange in
      exchange.start(.switching(to: chosen))
      exchange.echoTunnel()
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\nhello")
      #expect(try client.head().status == 101)
      #expect(try client.bytes(5) == Array("hello".utf8))
    }
  }

  struct Refused: Sendable {
    var request: String
    var chosen: String? = "echo"
    var reason: String
  }

  @Test(arguments: [
    Refused(request: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", reason: "offers no other protocol"),
    Refused(
      request: "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\n\r\n",
      reason: "offers no other protocol"
    ),
    Refused(
      request: "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
      reason: "offers no other protocol"
    ),
    Refused(
      request: "GET / HTTP/1.0\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n",
      reason: "offers no other protocol"
    ),
    Refused(request: handshake, chosen: nil, reason: "no Upgrade field"),
    Refused(request: handshake, chosen: "h2c", reason: "does not offer \"h2c\", only echo"),
    Refused(
      request: "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n"
        + "Content-Length: 4\r\n\r\nbody",
      reason: "has not been read"
    ),
  ])
  func isAFailureOfTheApplicationWhereItMayNotSwitch(_ test: Refused) throws {
    let application = Answering { exchange in
      exchange.start(
        test.chosen.map(ResponseHead.switching) ?? ResponseHead(status: 101, fields: [:])
      )
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send(test.request)
      let response = try client.response()
      #expect(response.status == 500)
      #expect(response.text.contains("SW143"))
      #expect(response.text.contains(test.reason))
    }
  }

  /// RFC 9110, section 7.8: first 100, then the whole request, then 101.
  @Test
  func switchesBehindTheBodyOfTheRequest() throws {
    let application = Answering { exchange in
      exchange.readAll { body in
        exchange.start(.switching(to: "echo"))
        exchange.write(body ?? ByteBuffer())
        exchange.echoTunnel()
      }
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n"
          + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
      )
      #expect(try client.response().status == 100)
      try client.send("body tunnel")
      #expect(try client.head().status == 101)
      #expect(try client.bytes(11) == Array("body tunnel".utf8))
    }
  }

  @Test
  func isAnOrdinaryExchangeWhenTheOfferIsNotTaken() throws {
    try withGateway(.echo) { server in
      let client = try server.connect()
      try client.send(
        "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
          + "HTTP2-Settings: AAMAAABkAAQ\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
      )
      let response = try client.response()
      #expect(response.text == "GET /1 ")
      #expect(response["connection"] == nil)
      #expect(try client.response().text == "GET /2 ")
    }
  }

  @Test
  func saysWhichUpgradeIsRequired() throws {
    let application = Answering { exchange in
      let fields: FieldSection = ["Upgrade": "echo"]
      exchange.respond(ResponseHead(status: 426, fields: fields), body: ByteBuffer(string: "no"))
    }
    try withGateway(application) { server in
      let client = try server.connect()
      for _ in 0..<2 {
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try client.response()
        #expect(response.status == 426)
        #expect(response["upgrade"] == "echo")
        #expect(response["connection"] == "upgrade")
      }
    }
  }

  @Test
  func slowsAClientDownThatIsNotRead() throws {
    let exchanges = Arrivals<Exchange>()
    let application = Answering { exchange in
      exchange.start(.switching(to: "echo"))
      exchanges.send(exchange)
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send(Self.handshake)
      #expect(try client.head().status == 101)
      let exchange = try #require(exchanges.next())
      let size = 64 * 1024 * 1024
      let data = [UInt8](repeating: 7, count: size)
      var sent = 0
      while sent < size {
        let count = client.sendWithoutWaiting(Array(data[sent..<min(size, sent + 1 << 20)]))
        if count == 0 && client.isSilent(for: 100) { break }
        sent += count
      }
      #expect(sent < size)
      client.closeOutput()
      let total = Arrivals<Int>()
      exchange.readAll { total.send($0?.readableBytes ?? -1) }
      #expect(total.next() == sent)
      exchange.finish()
      #expect(try client.rest().isEmpty)
    }
  }

  /// The other request begins to wait later on the same event loop, and waits in vain.
  @Test
  func mayBeSilentForLongerThanABody() throws {
    let application = Answering { exchange in
      guard exchange.request.upgrade != nil else { return exchange.readAll { _ in } }
      exchange.start(.switching(to: "echo"))
      exchange.echoTunnel()
    }
    try withGateway(
      application,
      configure: {
        $0.threads = 1
        $0.bodyTimeout = .milliseconds(50)
      },
      { server in
        let client = try server.connect()
        try client.send(Self.handshake)
        #expect(try client.head().status == 101)
        let slow = try server.connect()
        try slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
        #expect(try slow.response().status == 408)
        try client.send("still there")
        #expect(try client.bytes(11) == Array("still there".utf8))
      }
    )
  }

  @Test
  func sendsWhatWasSaidBeforeTheApplicationFails() throws {
    let application = Answering { exchange in
      exchange.start(.switching(to: "echo"))
      exchange.write(ByteBuffer(string: "last words"))
      exchange.fail(AppFailure(message: "broken"))
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send(Self.handshake)
      #expect(try client.head().status == 101)
      #expect(try client.rest() == Array("last words".utf8))
    }
  }

  @Test
  func tellsWhenTheClientIsGone() throws {
    let gone = Arrivals<Void>()
    let outcome = Arrivals<Bool>()
    let exchanges = Arrivals<Exchange>()
    let application = Answering { exchange in
      exchange.whenGone { gone.send(()) }
      exchange.start(.switching(to: "echo"))
      exchange.read(upTo: 10) { part in
        if case .failed = part { outcome.send(true) } else { outcome.send(false) }
      }
      exchanges.send(exchange)
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send(Self.handshake)
      #expect(try client.head().status == 101)
      let exchange = try #require(exchanges.next())
      client.reset()
      #expect(gone.next() != nil)
      #expect(outcome.next() == true)
      exchange.finish()
      #expect(server.records.next()?.status == 101)
    }
  }

  // MARK: Restart

  /// The grace period is longer than a test waits.
  @Test
  func isToldOfARestartAndHasTheLastWord() throws {
    let exchanges = Arrivals<Exchange>()
    let application = Answering { exchange in
      exchange.whenGone { exchange.write(ByteBuffer(string: "goodbye")) }
      exchange.start(.switching(to: "echo"))
      exchanges.send(exchange)
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send(Self.handshake + "unread")
      #expect(try client.head().status == 101)
      let exchange = try #require(exchanges.next())
      let drained = server.drain(grace: .seconds(3600))
      #expect(try client.rest() == Array("goodbye".utf8))
      client.close()
      let outcome = try #require(drained.next())
      #expect(outcome.cut == 0)
      #expect(outcome.connections.isEmpty)
      #expect(server.records.next()?.responseBytes == 7)
      exchange.finish()
    }
  }

  @Test(arguments: [false, true])
  func doesNotHoldUpARestart(isFull: Bool) throws {
    let exchanges = Arrivals<Exchange>()
    let application = Answering { exchange in
      exchange.start(.switching(to: "echo"))
      if isFull { exchange.write(ByteBuffer(repeating: 7, count: 64 << 20)) }
      exchanges.send(exchange)
    }
    try withGateway(application) { server in
      // Neither reads nor closes.
      let client = try server.connect()
      try client.send(Self.handshake)
      #expect(try client.head().status == 101)
      let exchange = try #require(exchanges.next())
      #expect(server.drain(grace: .seconds(3600)).next() != nil)
      exchange.finish()
    }
  }

  @Test
  func isDismissedWhenItBeginsDuringARestart() throws {
    let exchanges = Arrivals<Exchange>()
    try withGateway(Answering { exchanges.send($0) }) { server in
      let client = try server.connect()
      try client.send(Self.handshake)
      let exchange = try #require(exchanges.next())
      let drained = server.drain(grace: .seconds(3600))
      exchange.whenGone { exchange.write(ByteBuffer(string: "goodbye")) }
      exchange.start(.switching(to: "echo"))
      #expect(try client.head().status == 101)
      #expect(try client.rest() == Array("goodbye".utf8))
      client.close()
      #expect(drained.next() != nil)
    }
  }

  @Test
  func isOpenedByTheNextGenerationWhenTheRequestWasHeld() throws {
    try withGateway(Self.echo, gate: TestGate(.hold)) { server in
      let client = try server.connect()
      try client.send(Self.handshake + "early")
      #expect(client.isSilent(for: 50))
      let drained = try #require(server.drain().next())
      let next = makeGateway(TestGate(.dispatch(Self.echo)))
      defer { next.shutDown() }
      next.adopt(drained.connections)
      #expect(try client.head().status == 101)
      #expect(try client.bytes(5) == Array("early".utf8))
    }
  }
}

extension ResponseHead {
  fileprivate static func switching(to name: String) -> ResponseHead {
    ResponseHead(
      status: 101,
      fields: ["Connection": "Upgrade", "Upgrade": name, "Content-Length": "3"]
    )
  }
}

extension Exchange {
  /// Sends back what comes, and ends when nothing more does.
  fileprivate func echoTunnel() {
    read(upTo: 64 * 1024) { part in
      switch part {
      case .bytes(let bytes): self.write(bytes) { _ in self.echoTunnel() }
      case .end: self.finish()
      case .failed: self.fail(AppFailure(message: "The tunnel broke."))
      }
    }
  }
}
