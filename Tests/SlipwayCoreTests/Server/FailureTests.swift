import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct FailureTests {
  @Test
  func aRefusedRequestHasTheSameNumberOnItsPageAndInTheLog() throws {
    try withGateway(.echo) { server in
      let client = try server.connect()
      try client.send("nonsense\r\n\r\n")
      let page = try client.response().text
      let record = try #require(server.records.next())
      #expect(page.contains("request \(record.requestID)\n"))
    }
  }

  @Test
  func showsTheMessageOfAFailedApplication() throws {
    let application = Answering { $0.fail(AppFailure(message: "the <harbour> is closed")) }
    try withGateway(application) { server in
      let client = try server.connect()
      for _ in 0..<2 {
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try client.response()
        #expect(response.status == 500)
        #expect(response.text.contains("SW022"))
        #expect(response.text.contains("the <harbour> is closed"))
      }
    }
  }

  @Test
  func answersForADroppedExchange() throws {
    try withGateway(Answering { _ in }) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.response().status == 500)
    }
  }

  /// Nothing that looks like an end: no last chunk, too few bytes, a reset.
  @Test(arguments: [("HTTP/1.1", [:]), ("HTTP/1.1", ["Content-Length": "10"]), ("HTTP/1.0", [:])])
  func cutsAResponseThatFailsMidway(version: String, fields: [String: String]) throws {
    let application = Answering { exchange in
      exchange.start(ResponseHead(status: 200, fields: FieldSection(fields.map { ($0, $1) })))
      exchange.write(ByteBuffer(string: "part")) { _ in
        exchange.fail(AppFailure(message: "sunk"))
      }
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("GET / \(version)\r\nHost: a\r\n\r\n")
      #expect(throws: RawClient.Failure.self) { try client.response() }
      #expect(server.records.next()?.wasCut == true)
    }
  }

  @Test(arguments: ["short", "much too long"])
  func cutsABodyThatBelies(body: String) throws {
    let application = Answering { exchange in
      exchange.start(ResponseHead(status: 200, fields: ["Content-Length": "8"]))
      exchange.write(ByteBuffer(string: body))
      exchange.finish()
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(throws: RawClient.Failure.self) { try client.response() }
    }
  }

  @Test(arguments: [
    ("X", "a\r\nSet-Cookie: b"), ("X", "a\nb"), ("X", "a\u{0}"), ("X\r\nY", "a"), ("X Y", "a"),
    ("", "a"), ("Content-Length", "x"), ("Content-Length", "3"),
  ])
  func refusesFieldsThatWouldSplitTheResponse(name: String, value: String) throws {
    let application = Answering { exchange in
      exchange.respond(
        ResponseHead(status: 200, fields: FieldSection([(name, value)])),
        body: ByteBuffer(string: "body")
      )
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try client.response()
      #expect(response.status == 500)
      #expect(response["set-cookie"] == nil)
    }
  }

  @Test
  func dropsFieldsThatBelongToTheConnection() throws {
    let application = Answering { exchange in
      exchange.respond(
        ResponseHead(
          status: 200,
          fields: [
            "Connection": "keep-alive", "Keep-Alive": "timeout=5", "Transfer-Encoding": "chunked",
            "Upgrade": "h2c", "Slipway-Generation": "99", "X": "y",
          ]
        ),
        body: ByteBuffer(string: "body")
      )
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try client.response()
      #expect(
        response.fields.map(\.name).sorted()
          == ["content-length", "date", "slipway-generation", "x"]
      )
      #expect(response["slipway-generation"] == "7")
    }
  }

  @Test
  func tellsWhenTheClientIsGone() throws {
    let gone = Arrivals<Void>()
    let exchanges = Arrivals<Exchange>()
    let application = Answering { exchange in
      exchange.whenGone { gone.send(()) }
      exchange.start(ResponseHead(status: 200))
      exchanges.send(exchange)
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.head().status == 200)
      let exchange = try #require(exchanges.next())
      client.close()
      #expect(gone.next() != nil)
      exchange.finish()
      #expect(server.records.next() != nil)
    }
  }

  @Test
  func failsTheReadOfABodyThatBreaksOff() throws {
    let outcome = Arrivals<Bool>()
    let application = Answering { exchange in
      exchange.readAll { outcome.send($0 == nil) }
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
      client.close()
      #expect(outcome.next() == true)
    }
  }

  @Test
  func recordsWhatWasServed() throws {
    try withGateway(.text("four")) { server in
      let client = try server.connect()
      try client.send("GET /x?y HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try client.response()
      let record = try #require(server.records.next())
      #expect(record.method == "GET")
      #expect(record.target == "/x?y")
      #expect(record.status == 200)
      #expect(record.responseBytes == 4)
      #expect(record.peer.hasPrefix("127.0.0.1:"))
      #expect(record.held == .zero)
      #expect(!record.wasCut)
    }
  }
}
