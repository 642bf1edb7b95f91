import Logging
import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ConnectionTests {
  @Test
  func keepsConnectionsAlive() throws {
    try withGateway(.echo) { server in
      let client = try server.connect()
      for number in 0..<3 {
        try client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try client.response()
        #expect(response.status == 200)
        #expect(response.text == "GET /\(number) ")
        #expect(response["connection"] == nil)
        #expect(response["slipway-generation"] == "7")
        #expect(response["date"]?.hasSuffix(" GMT") == true)
      }
    }
  }

  @Test(arguments: [
    ("HTTP/1.1", "Connection: close\r\n", false), ("HTTP/1.0", "", false),
    ("HTTP/1.0", "Connection: keep-alive\r\n", true),
  ])
  func closesWhenTheClientWants(version: String, field: String, isKept: Bool) throws {
    try withGateway(.echo) { server in
      let client = try server.connect()
      try client.send("GET / \(version)\r\nHost: a\r\n\(field)\r\n")
      let response = try client.response()
      #expect(response["connection"] == (isKept ? "keep-alive" : "close"))
      if !isKept { #expect(try client.rest().isEmpty) }
    }
  }

  /// More requests than a stack would take in recursion.
  @Test
  func answersPipelinedRequestsInOrder() throws {
    try withGateway(.echo) { server in
      let client = try server.connect()
      let count = 3000
      try client.send(
        (0..<count).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
      )
      for number in 0..<count {
        #expect(try client.response().text == "GET /\(number) ")
      }
    }
  }

  @Test
  func keepsTheOrderWhenAnEarlierExchangeEndsLate() throws {
    let first = Arrivals<Exchange>()
    let application = Answering { exchange in
      if exchange.request.path == "/slow" {
        first.send(exchange)
      } else {
        exchange.respond(ResponseHead(status: 200), body: ByteBuffer(string: "second"))
      }
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send(
        "GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /fast HTTP/1.1\r\nHost: a\r\n\r\n"
      )
      let exchange = try #require(first.next())
      #expect(client.isSilent(for: 50))
      exchange.respond(ResponseHead(status: 200), body: ByteBuffer(string: "first"))
      #expect(try client.response().text == "first")
      #expect(try client.response().text == "second")
    }
  }

  @Test
  func takesChunkedBodiesAndTrailers() throws {
    let trailers = Arrivals<FieldSection>()
    let application = Answering { exchange in
      @Sendable func next(_ total: Int) {
        exchange.read(upTo: 3) { part in
          switch part {
          case .bytes(let bytes): next(total + bytes.readableBytes)
          case .end(let fields):
            trailers.send(fields)
            exchange.respond(ResponseHead(status: 200), body: ByteBuffer(string: "\(total)"))
          case .failed: exchange.fail(AppFailure(message: "broken"))
          }
        }
      }
      next(0)
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")
      try client.send("lo\r\n3;x\r\nabc\r\n0\r\nX-Sum: 8\r\n\r\n")
      #expect(try client.response().text == "8")
      #expect(trailers.next() == ["X-Sum": "8"])
    }
  }

  @Test
  func sendsBodiesOfUnknownLengthInChunks() throws {
    let application = Answering { exchange in
      exchange.start(ResponseHead(status: 201, fields: ["X": "y"]))
      exchange.write(ByteBuffer(string: "one"))
      exchange.write(ByteBuffer())
      exchange.write(ByteBuffer(string: "two")) { isSent in
        exchange.finish(trailers: isSent ? ["X-Sum": "6"] : nil)
      }
    }
    try withGateway(application) { server in
      let client = try server.connect()
      for _ in 0..<2 {
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try client.response()
        #expect(response.status == 201)
        #expect(response["transfer-encoding"] == "chunked")
        #expect(response["content-length"] == nil)
        #expect(response.text == "onetwo")
        #expect(response.trailers.map(\.name) == ["x-sum"])
      }
      let old = try server.connect()
      try old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      let response = try old.response()
      #expect(response["transfer-encoding"] == nil)
      #expect(response["connection"] == "close")
      #expect(response.text == "onetwo")
    }
  }

  @Test
  func answersHeadWithoutBody() throws {
    let application = Answering { exchange in
      switch exchange.request.path {
      case "/stream":
        exchange.start(ResponseHead(status: 200))
        exchange.write(ByteBuffer(string: "never seen")) { _ in exchange.finish() }
      default:
        exchange.respond(ResponseHead(status: 200), body: ByteBuffer(string: "never seen"))
      }
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.response(toHead: true)["content-length"] == "10")
      try client.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.response(toHead: true)["content-length"] == nil)
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.response().text == "never seen")
    }
  }

  @Test(arguments: [204, 304, 205])
  func sendsNoBodyWhereTheStatusHasNone(status: Int) throws {
    let application = Answering { exchange in
      exchange.respond(ResponseHead(status: status), body: ByteBuffer(string: "never seen"))
    }
    try withGateway(application) { server in
      let client = try server.connect()
      for _ in 0..<2 {
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try client.response()
        #expect(response.status == status)
        #expect(response.body.isEmpty)
      }
    }
  }

  @Test
  func continuesOnlyWhenTheBodyIsRead() throws {
    let exchanges = Arrivals<Exchange>()
    try withGateway(Answering { exchanges.send($0) }) { server in
      let client = try server.connect()
      try client.send(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
      )
      let exchange = try #require(exchanges.next())
      #expect(client.isSilent(for: 50))
      exchange.readAll { body in
        exchange.respond(ResponseHead(status: 200), body: body)
      }
      #expect(try client.response().status == 100)
      try client.send("hello")
      #expect(try client.response().text == "hello")
    }
  }

  @Test
  func closesWithoutReadingABodyThatWasNotContinued() throws {
    try withGateway(.text("no")) { server in
      let client = try server.connect()
      try client.send(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
      )
      let response = try client.response()
      #expect(response.status == 200)
      #expect(response["connection"] == "close")
      #expect(try client.rest().isEmpty)
    }
  }

  @Test
  func offersOfUpgradesAreIgnored() throws {
    try withGateway(.echo) { server in
      let client = try server.connect()
      for _ in 0..<2 {
        try client.send(
          "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
            + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n\r\n"
        )
        #expect(try client.response().text == "GET /a ")
      }
    }
  }

  @Test
  func answersAClientThatHasClosedItsOutput() throws {
    let exchanges = Arrivals<Exchange>()
    let gone = Arrivals<Void>()
    let application = Answering { exchange in
      exchange.whenGone { gone.send(()) }
      exchanges.send(exchange)
    }
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      client.closeOutput()
      let exchange = try #require(exchanges.next())
      exchange.respond(ResponseHead(status: 200), body: ByteBuffer(string: "still here"))
      #expect(try client.response().text == "still here")
      #expect(try client.rest().isEmpty)
    }
  }

  @Test
  func listsTheMountsWhereNoneMatches() throws {
    let listing = TestGate(.hold)
    let gateway = Gateway(
      configuration: .init(),
      mounts: MountTable([Mount(prefix: "/a", kind: "k", target: "t")]),
      gatekeeper: listing,
      logger: Logger(label: "test")
    )
    defer { gateway.shutDown() }
    try withListener { listener, port in
      try gateway.serve([listener])
      let client = try RawClient(port: port)
      try client.send("GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let response = try client.response()
      #expect(response.status == 404)
      #expect(response.text.contains("SW020"))
      #expect(response.text.contains("/a"))
      try client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try client.response().status == 204)
      try client.send("GET * HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try client.response().status == 400)
    }
  }
}
