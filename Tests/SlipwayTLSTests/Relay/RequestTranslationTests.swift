import NIOHPACK
import NIOHTTP1
import SlipwayTLS
import Testing

/// From the header section of HTTP/2 to the head of HTTP/1.1: RFC 9113, section 8.
@Suite(.timeLimit(.minutes(5)))
struct RequestTranslationTests {
  private static let get = [
    (":method", "GET"), (":scheme", "https"), (":authority", "a:1"), (":path", "/x?y"),
  ]

  private static func section(
    _ fields: [(String, String)] = [],
    replacing: [String: String] = [:],
    without missing: String = ""
  ) -> HPACKHeaders {
    var headers = HPACKHeaders()
    for (name, value) in get where name != missing {
      headers.add(name: name, value: replacing[name] ?? value)
    }
    for (name, value) in fields { headers.add(name: name, value: value) }
    return headers
  }

  private func fields(_ head: HTTPRequestHead?) -> [String]? {
    head.map { $0.headers.map { "\($0.name): \($0.value)" } }
  }

  @Test func theAuthorityBecomesTheHost() throws {
    let head = try #require(HTTPRequestHead(Self.section([("accept", "*/*")]), isWhole: true))
    #expect(head.method == .GET)
    #expect(head.uri == "/x?y")
    #expect(fields(head) == ["Host: a:1", "accept: */*"])
  }

  @Test func aHostAloneIsTheHost() {
    let section = Self.section([("host", "b")], without: ":authority")
    #expect(fields(HTTPRequestHead(section, isWhole: true)) == ["Host: b"])
    #expect(HTTPRequestHead(Self.section([("host", "a:1")]), isWhole: true) != nil)
  }

  @Test(arguments: [
    ("GET", false, nil, "transfer-encoding: chunked"),
    ("GET", true, nil, nil),
    ("POST", false, nil, "transfer-encoding: chunked"),
    ("POST", true, nil, "content-length: 0"),
    ("POST", false, "5", "content-length: 5"),
    ("DELETE", false, nil, "transfer-encoding: chunked"),
  ])
  func everyBodyIsFramed(method: String, isWhole: Bool, length: String?, framing: String?) {
    let fields = length.map { [("content-length", $0)] } ?? []
    let section = Self.section(fields, replacing: [":method": method])
    let expected = ["Host: a:1"] + (framing.map { [$0] } ?? [])
    #expect(self.fields(HTTPRequestHead(section, isWhole: isWhole)) == expected)
  }

  @Test func cookiesAreJoined() {
    let section = Self.section([("cookie", "a=1"), ("x", "y"), ("cookie", "b=2")])
    #expect(
      fields(HTTPRequestHead(section, isWhole: true)) == ["Host: a:1", "x: y", "cookie: a=1; b=2"]
    )
  }

  @Test func whatTheClientSaysOfProxiesIsNotTouched() {
    let section = Self.section([("x-forwarded-for", "1.2.3.4"), ("te", "trailers")])
    #expect(
      fields(HTTPRequestHead(section, isWhole: true)) == ["Host: a:1", "x-forwarded-for: 1.2.3.4"]
    )
  }

  @Test(arguments: [
    section(replacing: [":method": "CONNECT"]),
    section(replacing: [":method": "GE T"]),
    section(replacing: [":method": ""]),
    section(without: ":method"),
    section(without: ":path"),
    section(replacing: [":path": ""]),
    section(replacing: [":path": "x"]),
    section(replacing: [":path": "*"]),
    section(replacing: [":path": "https://a:1/"]),
    section(replacing: [":path": "/ HTTP/1.1\r\nHost: b\r\n\r\nGET /b"]),
    section(replacing: [":path": "/a b"]),
    section(replacing: [":path": "/\u{7F}"]),
    section(without: ":scheme"),
    section(without: ":authority"),
    section(replacing: [":authority": ""]),
    section(replacing: [":authority": "a\r\nx: y"]),
    section([(":authority", "b")]),
    section([("host", "b")]),
    section([("host", "a:1"), ("host", "a:1")]),
    section([("connection", "close")]),
    section([("keep-alive", "1")]),
    section([("proxy-connection", "close")]),
    section([("transfer-encoding", "chunked")]),
    section([("upgrade", "websocket")]),
    section([("te", "gzip")]),
    section([("X-Upper", "a")]),
    section([("x y", "a")]),
    section([("x:", "a")]),
    section([("", "a")]),
    section([("x", "a\r\nHost: b")]),
    section([("x", "a\0")]),
  ])
  func whatHasNoPlaceInHTTP1IsMalformed(section: HPACKHeaders) {
    #expect(HTTPRequestHead(section, isWhole: true) == nil)
  }

  @Test func aTraceWithContentIsMalformed() {
    let section = Self.section(replacing: [":method": "TRACE"])
    #expect(HTTPRequestHead(section, isWhole: true) != nil)
    #expect(HTTPRequestHead(section, isWhole: false) == nil)
  }

  @Test func trailersCannotFrameOrRoute() throws {
    let trailers = HPACKHeaders([
      ("x-sum", "1"), ("content-length", "5"), ("host", "b"), ("trailer", "x"),
    ])
    #expect(try #require(HTTPHeaders(trailers: trailers)).map(\.name) == ["x-sum"])
    for bad in [(":path", "/"), ("connection", "close"), ("x", "a\nb"), ("Upper", "a")] {
      #expect(HTTPHeaders(trailers: HPACKHeaders([bad])) == nil)
    }
  }

  @Test func responsesLeaveTheirConnectionBehind() {
    let head = HTTPResponseHead(
      version: .http1_1,
      status: .ok,
      headers: [
        "Content-Type": "a/b", "Connection": "keep-alive, X-Hop", "X-Hop": "1", "Keep-Alive": "5",
        "Transfer-Encoding": "chunked", "Set-Cookie": "a=1",
      ]
    )
    #expect(
      HPACKHeaders(response: head).map(\.name) == [":status", "content-type", "set-cookie"]
    )
  }
}
