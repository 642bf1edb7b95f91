import NIOCore
import SlipwayCore
import SlipwaySystem
import SlipwayTestSupport
import Testing

/// Held requests, and connections that outlive the gateway that took them. A second gateway in the
/// same process stands for the next generation: it gets nothing but descriptors and bytes.
@Suite(.timeLimit(.minutes(5)))
struct CarryTests {
  @Test
  func answersAHeldRequestWhenTheGateOpens() throws {
    let gate = TestGate(.hold)
    try withGateway(.echo, gate: gate) { server in
      let client = try server.connect()
      try client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
      #expect(client.isSilent(for: 50))
      server.gateway.reconsiderHeld()
      try client.send("dyGET /y HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(client.isSilent(for: 50))
      gate.set(.dispatch(Answering.echo))
      server.gateway.reconsiderHeld()
      #expect(try client.response().text == "POST /x body")
      #expect(try client.response().text == "GET /y ")
      #expect((server.records.next()?.held ?? .zero) > .zero)
    }
  }

  /// As many as a gate holds, and more than a stack would take in recursion.
  @Test
  func answersManyHeldRequestsInOneTurn() throws {
    let gate = TestGate(.hold)
    try withGateway(.echo, gate: gate) { server in
      let client = try server.connect()
      let request = "GET / HTTP/1.1\r\nHost:\r\n\r\n"
      let count = 250_000 / request.utf8.count
      try client.send(String(repeating: request, count: count))
      #expect(client.isSilent(for: 100))
      gate.set(.dispatch(Answering.echo))
      server.gateway.reconsiderHeld()
      client.closeOutput()
      let answers = String(decoding: try client.rest(), as: UTF8.self)
      #expect(
        answers.split(separator: "GET / ", omittingEmptySubsequences: false).count == count + 1
      )
    }
  }

  /// It has got its last response, and might send for as long as it likes what is dropped.
  @Test
  func doesNotWaitForAClientThatDoesNotCloseItsSide() throws {
    try withGateway(.echo, configure: { $0.lingerTimeout = .seconds(600) }) { server in
      let client = try server.connect()
      try client.send("nonsense\r\n\r\n")
      #expect(try client.response().status == 400)
      let drained = server.drain(grace: .seconds(600)).next()
      #expect(drained?.connections.isEmpty == true)
      #expect(drained?.cut == 0)
    }
  }

  @Test
  func answersWithThePageOfTheGate() throws {
    let page = ErrorPage(code: "SW080", status: 500, title: "No", message: "The build failed.")
    try withGateway(.echo, gate: TestGate(.answer(page))) { server in
      let client = try server.connect()
      for _ in 0..<2 {
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try client.response()
        #expect(response.status == 500)
        #expect(response.text.contains("SW080"))
      }
    }
  }

  @Test
  func holdsNoLongerThanTheTimeout() throws {
    try withGateway(
      .echo,
      gate: TestGate(.hold),
      configure: {
        $0.holdTimeout = .milliseconds(100)
        $0.situation = { "being built, step 3 of 40" }
      }
    ) { server in
      let client = try server.connect()
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
      let response = try client.response()
      #expect(response.status == 503)
      #expect(response.text.contains("SW021"))
      #expect(response.text.contains("being built, step 3 of 40"))
      #expect(response["retry-after"] == "2")
      #expect(response["connection"] == "close")
      #expect(try client.rest().isEmpty)
    }
  }

  @Test
  func sendsNoContinueWhileHeld() throws {
    let gate = TestGate(.hold)
    try withGateway(.echo, gate: gate) { server in
      let client = try server.connect()
      try client.send(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
      )
      #expect(client.isSilent(for: 50))
      gate.set(.dispatch(Answering.echo))
      server.gateway.reconsiderHeld()
      #expect(try client.response().status == 100)
      try client.send("ok")
      #expect(try client.response().text == "POST / ok")
    }
  }

  /// What a client has sent when the drain comes, and what it sends afterwards.
  @Test(arguments: [
    ("", "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", ["GET /a "]),
    ("GET /a HT", "TP/1.1\r\nHost: a\r\n\r\n", ["GET /a "]),
    ("GET /a HTTP/1.1\r\nHost: a\r\n\r", "\n", ["GET /a "]),
    ("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo", "dy", ["POST /a body"]),
    (
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
      "c\r\n0\r\n\r\n", ["POST /a abc"]
    ),
    (
      "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\nGET /c HT",
      "TP/1.1\r\nHost: a\r\n\r\n", ["GET /a ", "GET /b ", "GET /c "]
    ),
  ])
  func carriesConnections(before: String, after: String, answers: [String]) throws {
    try withGateway(.echo, gate: TestGate(.hold)) { server in
      let client = try server.connect()
      try client.send(before)
      let held = try server.connect()
      try held.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(held.isSilent(for: 50))

      let drained = try #require(server.drain().next())
      #expect(drained.connections.count == 2)
      #expect(drained.cut == 0)
      #expect(drained.connections.contains { $0.heldSince != nil })
      let late = try server.connect()
      try late.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n")

      let next = makeGateway(TestGate(.dispatch(Answering.echo))) { $0.generation = 8 }
      defer { next.shutDown() }
      next.adopt(drained.connections)
      try next.serve(server.listeners)
      try client.send(after)
      for answer in answers {
        let response = try client.response()
        #expect(response.text == answer)
        #expect(response["slipway-generation"] == "8")
      }
      #expect(try held.response().text == "GET /held ")
      #expect(try late.response().text == "GET /late ")
    }
  }

  @Test
  func carriesAHeldUploadThatIsLargerThanTheGateHolds() throws {
    try withGateway(.echo, gate: TestGate(.hold)) { server in
      let client = try server.connect()
      let size = 10 * 1024 * 1024
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
      let body = [UInt8](repeating: 66, count: size)
      var sent = 0
      while sent < size {
        let count = client.sendWithoutWaiting(Array(body[sent...]))
        if count == 0 && client.isSilent(for: 100) { break }
        sent += count
      }
      let drained = try #require(server.drain().next())
      let carried = try #require(drained.connections.first)
      #expect(carried.bytes.count >= 256 * 1024)
      #expect(carried.bytes.count < 1024 * 1024)

      let total = Answering { exchange in
        exchange.readAll { body in
          exchange.respond(
            ResponseHead(status: 200),
            body: ByteBuffer(string: "\(body?.readableBytes ?? -1)")
          )
        }
      }
      let next = makeGateway(TestGate(.dispatch(total)))
      defer { next.shutDown() }
      next.adopt(drained.connections)
      try client.send(Array(body[sent...]))
      #expect(try client.response().text == "\(size)")
    }
  }

  @Test
  func holdsOnInTheNextGenerationForWhatIsLeftOfTheTimeout() throws {
    try withGateway(.echo, gate: TestGate(.hold)) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(client.isSilent(for: 50))
      let drained = try #require(server.drain().next())
      let carried = try #require(drained.connections.first)
      let since = try #require(carried.heldSince)
      let descriptor = try #require(carried.takeDescriptor())
      let older = CarriedConnection(
        descriptor: .init(descriptor),
        bytes: carried.bytes,
        heldSince: since - 59_900_000_000
      )
      let next = makeGateway(TestGate(.hold))
      defer { next.shutDown() }
      next.adopt([older])
      #expect(try client.response().status == 503)
    }
  }

  @Test
  func letsARunningExchangeFinishWithinTheGrace() throws {
    let exchanges = Arrivals<Exchange>()
    try withGateway(Answering { exchanges.send($0) }) { server in
      let client = try server.connect()
      try client.send(
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
      )
      let exchange = try #require(exchanges.next())
      #expect(server.gateway.runningExchanges == 1)
      let drained = server.drain()
      exchange.respond(ResponseHead(status: 200), body: ByteBuffer(string: "old"))
      let response = try client.response()
      #expect(response.text == "old")
      #expect(response["connection"] == nil)
      let outcome = try #require(drained.next())
      #expect(outcome.cut == 0)
      #expect(
        outcome.connections.map { String(decoding: $0.bytes, as: UTF8.self) }
          == ["GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"]
      )
      let next = makeGateway(TestGate(.dispatch(Answering.text("new"))))
      defer { next.shutDown() }
      next.adopt(outcome.connections)
      #expect(try client.response().text == "new")
    }
  }

  @Test
  func cutsWhatRunsBeyondTheGrace() throws {
    let exchanges = Arrivals<Exchange>()
    let gone = Arrivals<Void>()
    let application = Answering { exchange in
      exchange.whenGone { gone.send(()) }
      exchange.start(ResponseHead(status: 200))
      exchanges.send(exchange)
    }
    try withGateway(application) { server in
      let clients = try (0..<2).map { _ in try server.connect() }
      for client in clients {
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.head().status == 200)
      }
      let running = [exchanges.next(), exchanges.next()]
      let outcome = try #require(server.drain(grace: .milliseconds(50)).next())
      #expect(outcome.cut == 2)
      #expect(outcome.connections.isEmpty)
      #expect(gone.next() != nil)
      #expect(server.records.next()?.wasCut == true)
      for client in clients {
        // The end of the connection without the last chunk.
        #expect(throws: RawClient.Failure.self) { try client.line() }
      }
      #expect(running.allSatisfy { $0 != nil })
    }
  }

  @Test
  func forgetsAConnectionThatClosesDuringTheDrain() throws {
    let exchanges = Arrivals<Exchange>()
    try withGateway(Answering { exchanges.send($0) }) { server in
      let busy = try server.connect()
      try busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let exchange = try #require(exchanges.next())
      let idle = try server.connect()
      let drained = server.drain()
      idle.close()
      busy.close()
      exchange.respond(ResponseHead(status: 200))
      let outcome = try #require(drained.next())
      let next = makeGateway(TestGate(.dispatch(Answering.echo)))
      defer { next.shutDown() }
      next.adopt(outcome.connections)
      let client = try server.connect()
      try next.serve(server.listeners)
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.response().text == "GET / ")
    }
  }

  @Test
  func goesOnWhenTheRestartFails() throws {
    try withGateway(.echo) { server in
      for round in 0..<3 {
        let client = try server.connect()
        try client.send("GET /\(round) HTTP/1.1\r\nHost: a\r\n\r\nGET /ha")
        #expect(try client.response().text == "GET /\(round) ")
        let drained = try #require(server.drain().next())
        try client.send("lf HTTP/1.1\r\nHost: a\r\n\r\n")
        let late = try server.connect()
        try late.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(late.isSilent(for: 20))
        server.gateway.resume(drained)
        #expect(try client.response().text == "GET /half ")
        #expect(try late.response().text == "GET /late ")
      }
    }
  }
}
