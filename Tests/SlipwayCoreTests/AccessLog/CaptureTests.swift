import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// What the gateway keeps of an exchange for the access log.
@Suite(.timeLimit(.minutes(5)))
struct CaptureTests {
  private static let application = Answering { exchange in
    let fields: FieldSection = ["X-One": "1", "X-Two": "a", "x-two": "b"]
    exchange.respond(ResponseHead(status: 200, fields: fields), body: ByteBuffer(string: "body"))
  }

  @Test func keepsTheFieldsThatTheFormatNames() throws {
    let format = try AccessLogFormat(
      parsing: "%{X-Two}o %{X-One}o %{X-Three}o %{User-Agent}i %{Accept}i %v %k %X"
    )
    try withGateway(Self.application, configure: { $0.capture = format.capture }) { server in
      let client = try server.connect()
      for number in 0..<2 {
        try client.send("GET / HTTP/1.1\r\nHost: h.localhost:1\r\nUser-Agent: t\r\n\r\n")
        #expect(try client.response().status == 200)
        let record = try #require(server.records.next())
        let line = format.line(for: record, at: .init(seconds: 0, microseconds: 0))
        #expect(String(decoding: line, as: UTF8.self) == "a, b 1 - t - h.localhost \(number) +")
        #expect(record.captured?.localPort == Int(server.port))
        #expect(record.requestID == "7-\(record.id)")
      }
    }
  }

  @Test func keepsNothingWhereNothingIsNamed() throws {
    try withGateway(Self.application) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      _ = try client.response()
      let record = try #require(server.records.next())
      #expect(record.captured == nil)
    }
  }

  @Test func aRefusedRequestIsARecordOfTheGeneration() throws {
    try withGateway(Self.application) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\n\r\n")
      #expect(try client.response().status == 400)
      let record = try #require(server.records.next())
      #expect(record.requestID.hasPrefix("7-"))
    }
  }

  @Test(arguments: ["text/plain", "application/json", "text/html"])
  func theFailureOfAnApplicationShowsTheExchangeAndNoSecret(accept: String) throws {
    let failing = Answering { $0.fail(AppFailure(message: "App.Sunk(depth: 3)")) }
    try withGateway(failing) { server in
      let client = try server.connect()
      try client.send(
        "PUT /pier?x=1 HTTP/1.1\r\nHost: h\r\nAccept: \(accept)\r\nX-Colour: blue\r\n"
          + "Authorization: Basic hush\r\nCOOKIE: id=hush\r\nX-Api-Key: hush\r\n"
          + "x-session-token: hush\r\n\r\n"
      )
      let text = try client.response().text
      let record = try #require(server.records.next())
      for shown in ["App.Sunk(depth: 3)", "PUT", "/pier?x=1", "blue", "(hidden)", record.requestID]
      {
        #expect(text.contains(shown), "\(shown)")
      }
      #expect(!text.contains("hush"))
    }
  }
}
