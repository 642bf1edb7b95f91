import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// What of an application's head reaches the client (RFC 9110, section 7.6.1; RFC 9112, section 9).
@Suite(.timeLimit(.minutes(5)))
struct ResponseFieldTests {
  private func response(
    _ fields: [(String, String)],
    status: Int = 200,
    request: String = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
  ) throws -> RawClient.Response {
    let application = Answering { exchange in
      exchange.respond(
        ResponseHead(status: status, fields: FieldSection(fields)),
        body: ByteBuffer(string: "body")
      )
    }
    var found: RawClient.Response?
    try withGateway(application) { server in
      let client = try server.connect()
      try client.send(request)
      found = try client.response(toHead: request.hasPrefix("HEAD"))
    }
    return try #require(found)
  }

  @Test(arguments: [
    [("Connection", "X-Hop"), ("X-Hop", "1"), ("X-End", "2")],
    [("X-Hop", "1"), ("X-End", "2"), ("Connection", "x-hop")],
    [("x-hop", "1"), ("Connection", "keep-alive,\tX-HOP , x-other"), ("X-End", "2")],
  ])
  func dropsFieldsThatConnectionNames(fields: [(String, String)]) throws {
    let response = try response(fields)
    #expect(response.status == 200)
    #expect(
      response.fields.map(\.name).sorted()
        == ["content-length", "date", "slipway-generation", "x-end"]
    )
  }

  @Test(arguments: [
    ("close", true), ("Close", true), ("x, close", true), ("keep-alive,close", true),
    ("enclosed", false), ("close-not", false), ("keep-alive", false), ("", false),
  ])
  func closesWhereTheApplicationSaysSo(option: String, closes: Bool) throws {
    #expect(try response([("Connection", option)])["connection"] == (closes ? "close" : nil))
  }

  @Test
  func framesABodyWhoseLengthConnectionNames() throws {
    let response = try response([("Content-Length", "4"), ("Connection", "content-length")])
    #expect(response["content-length"] == "4")
    #expect(response.text == "body")
  }

  @Test(arguments: [-1, 0, 99, 100, 102, 103, 199, 600, 999])
  func refusesStatusesThatEndNoExchange(status: Int) throws {
    let response = try response([], status: status)
    #expect(response.status == 500)
    #expect(response.text.contains("SW022"))
  }

  @Test(arguments: [200, 299, 404, 451, 599])
  func sendsAnyStatusThatEndsOne(status: Int) throws {
    #expect(try response([], status: status).status == status)
  }

  @Test
  func leavesTheApplicationsDateAlone() throws {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    let response = try response([("date", date)])
    #expect(response.fields.filter { $0.name == "date" }.map(\.value) == [date])
  }

  /// The client reads no body behind HEAD, whatever the answer is.
  @Test
  func refusesHeadWithoutABody() throws {
    try withGateway(.echo) { server in
      let client = try server.connect()
      try client.send("HEAD /%zz HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try client.response(toHead: true)
      #expect(response.status == 400)
      #expect(response["content-length"] != nil)
      #expect(try client.rest().isEmpty)
    }
  }
}
