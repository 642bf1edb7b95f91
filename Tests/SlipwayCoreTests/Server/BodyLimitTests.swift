import Logging
import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// Bodies that are too large, too slow, or never whole.
@Suite(.timeLimit(.minutes(5)))
struct BodyLimitTests {
  /// Reads the body, tells whether that went well, and answers with its size.
  private func measuring(_ outcomes: Arrivals<Bool>) -> Answering {
    Answering { exchange in
      exchange.readAll { body in
        outcomes.send(body != nil)
        guard let body else { return exchange.fail(AppFailure(message: "no body")) }
        let size = ByteBuffer(string: "\(body.readableBytes)")
        exchange.respond(ResponseHead(status: 200), body: size)
      }
    }
  }

  @Test(arguments: ["", "Expect: 100-continue\r\n"])
  func refusesWhatIsAnnouncedToBeTooLargeAtOnce(field: String) throws {
    let outcomes = Arrivals<Bool>()
    try withGateway(measuring(outcomes), configure: { $0.bodyLimit = 100_000 }) { server in
      let client = try server.connect()
      try client.send("POST / HTTP/1.1\r\nHost: a\r\n\(field)Content-Length: 100001\r\n\r\n")
      let response = try client.response()
      #expect(response.status == 413)
      #expect(response["connection"] == "close")
      #expect(response.text.contains("SW027"))
      #expect(response.text.contains("body-limit"))
      #expect(try client.rest().isEmpty)
      #expect(server.records.next()?.status == 413)
    }
  }

  @Test
  func cutsABodyInChunksWhereItBecomesTooLarge() throws {
    let outcomes = Arrivals<Bool>()
    try withGateway(measuring(outcomes), configure: { $0.bodyLimit = 10 }) { server in
      let client = try server.connect()
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      try client.send("6\r\nabcdef\r\n6\r\nab")
      let response = try client.response()
      #expect(response.status == 413)
      #expect(response["connection"] == "close")
      #expect(outcomes.next() == false)
      #expect(server.records.next()?.status == 413)
      #expect(try client.rest().isEmpty)
    }
  }

  @Test
  func leavesAResponseThatHasBegunToTheApplication() throws {
    let application = Answering { exchange in
      exchange.start(ResponseHead(status: 202))
      exchange.readAll { body in
        exchange.write(ByteBuffer(string: body == nil ? "failed" : "complete"))
        exchange.finish()
      }
    }
    try withGateway(application, configure: { $0.bodyLimit = 10 }) { server in
      let client = try server.connect()
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n")
      let response = try client.response()
      #expect(response.status == 202)
      #expect(response.text == "failed")
      #expect(try client.rest().isEmpty)
    }
  }

  @Test
  func aMountHasALimitOfItsOwn() throws {
    var small = MountRules()
    small.bodyLimit = 4
    var large = MountRules()
    large.bodyLimit = 1000
    var configuration = Gateway.Configuration()
    configuration.bodyLimit = 10
    let gateway = Gateway(
      configuration: configuration,
      mounts: MountTable([
        Mount(prefix: "/", kind: "test", target: "test"),
        Mount(prefix: "/small", kind: "test", target: "test", rules: small),
        Mount(prefix: "/large", kind: "test", target: "test", rules: large),
      ]),
      gatekeeper: TestGate(.dispatch(measuring(Arrivals()))),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    defer { gateway.shutDown() }
    try withListener { listener, port in
      try gateway.serve([listener])
      for (path, limit) in [("/", 10), ("/small", 4), ("/large", 1000)] {
        for (size, status) in [(limit, 200), (limit + 1, 413)] {
          let body = String(repeating: "x", count: size)
          let host = "Host: localhost\r\n"
          let counted = try RawClient(port: port)
          try counted.send(
            "POST \(path) HTTP/1.1\r\n\(host)Content-Length: \(size)\r\n\r\n\(body)"
          )
          #expect(try counted.response().status == status, "\(path) \(size)")
          let chunked = try RawClient(port: port)
          let chunk = String(size, radix: 16) + "\r\n\(body)\r\n0\r\n\r\n"
          try chunked.send(
            "POST \(path) HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n\(chunk)"
          )
          #expect(try chunked.response().status == status, "\(path) \(size) in chunks")
        }
      }
    }
  }

  @Test(arguments: ["Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nha"])
  func givesUpOnABodyThatStops(start: String) throws {
    let outcomes = Arrivals<Bool>()
    try withGateway(measuring(outcomes), configure: { $0.bodyTimeout = .milliseconds(50) }) {
      server in
      let client = try server.connect()
      try client.send("POST / HTTP/1.1\r\nHost: a\r\n\(start)")
      let response = try client.response()
      #expect(response.status == 408)
      #expect(response.text.contains("SW028"))
      #expect(response["connection"] == "close")
      #expect(outcomes.next() == false)
      #expect(try client.rest().isEmpty)
    }
  }

  @Test(arguments: ["Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nha"])
  func saysThatABodyIsIncompleteWhereTheClientSendsNoMore(start: String) throws {
    let outcomes = Arrivals<Bool>()
    try withGateway(measuring(outcomes)) { server in
      let client = try server.connect()
      try client.send("POST / HTTP/1.1\r\nHost: a\r\n\(start)")
      client.closeOutput()
      let response = try client.response()
      #expect(response.status == 400)
      #expect(response.text.contains("SW030"))
      #expect(outcomes.next() == false)
      #expect(try client.rest().isEmpty)
    }
  }

  @Test
  func cutsAClientThatTakesNothing() throws {
    let application = Answering { exchange in
      exchange.start(ResponseHead(status: 200))
      @Sendable func writeMore() {
        exchange.write(ByteBuffer(repeating: 120, count: 256 * 1024)) { isSent in
          if isSent { writeMore() }
        }
      }
      writeMore()
    }
    try withGateway(application, configure: { $0.writeTimeout = .milliseconds(50) }) { server in
      let client = try RawClient(port: server.port, receiveBuffer: 16 * 1024)
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let record = try #require(server.records.next())
      #expect(record.wasCut)
      #expect(record.status == 200)
      #expect(throws: RawClient.Failure.self) { try client.response() }
    }
  }

  @Test
  func aClientThatTakesSomethingIsNotStuck() {
    let start = NIODeadline.uptimeNanoseconds(0)
    var stall = OutputStall(since: start, waiting: 1000)
    var isStuck = stall.isStuck(waiting: 999, at: start + .seconds(1))
    #expect(!isStuck)
    #expect(stall.since == start + .seconds(1))
    isStuck = stall.isStuck(waiting: 999, at: start + .seconds(2))
    #expect(isStuck)
    #expect(stall.since == start + .seconds(1))
    stall.wroteSome(start + .seconds(3))
    #expect(stall.since == start + .seconds(3))
    // The application has written more: it is not stuck, so nothing waits in vain yet.
    isStuck = stall.isStuck(waiting: 1500, at: start + .seconds(4))
    #expect(!isStuck)
  }
}
