import NIOCore
import SlipwayCore
import SlipwaySystem
import SlipwayTestSupport
import Testing

/// Pages as they reach the client.
@Suite(.timeLimit(.minutes(5)))
struct InjectionTests {
  private static let source = "/_slipway/live.js?v=1"
  private static let page = "<!doctype html><title>x</title><p>text"
  private static let injected =
    "<!doctype html><title>x</title><script async src=\"\(source)\"></script><p>text"

  private func request(
    _ application: Answering,
    rules: MountRules = MountRules(),
    line: String = "GET / HTTP/1.1",
    fields: String = ""
  ) throws -> RawClient.Response {
    var response: RawClient.Response?
    try withGateway(application, rules: rules, configure: { $0.liveScript = { Self.source } }) {
      let client = try $0.connect()
      try client.send("\(line)\r\nHost: x\r\nConnection: close\r\n\(fields)\r\n")
      response = try client.response(toHead: line.hasPrefix("HEAD"))
      #expect(try client.rest().isEmpty)
    }
    return try #require(response)
  }

  /// Answers with the page as a whole.
  private func whole(_ fields: FieldSection, status: Int = 200) -> Answering {
    Answering { exchange in
      var fields = fields
      if !fields.contains(name: "Content-Type") {
        fields.add(name: "Content-Type", value: "text/html")
      }
      exchange.respond(
        ResponseHead(status: status, fields: fields),
        body: ByteBuffer(string: Self.page)
      )
    }
  }

  /// Answers with the page byte by byte.
  private func pieces(_ fields: FieldSection, announcing: Int? = nil) -> Answering {
    Answering { exchange in
      var fields = fields
      fields.add(name: "Content-Type", value: "text/html; charset=UTF-8")
      if let announcing { fields.add(name: "Content-Length", value: String(announcing)) }
      exchange.start(ResponseHead(status: 200, fields: fields))
      for byte in Self.page.utf8 { exchange.write(ByteBuffer(bytes: [byte])) }
      exchange.finish()
    }
  }

  @Test func aWholePageHasTheTagAndItsRightLength() throws {
    let response = try request(
      whole(["ETag": "\"a\"", "Content-Length": "\(Self.page.utf8.count)"])
    )
    #expect(response.text == Self.injected)
    #expect(response["content-length"] == String(Self.injected.utf8.count))
    #expect(response["etag"] == "W/\"a-slipway\"")
  }

  /// As applications in Python answer, and in C.
  @Test func aWholePageThatIsCopiedHasTheTag() throws {
    let application = Answering { exchange in
      var page = Self.page
      page.withUTF8 { text in
        exchange.respond(
          ResponseHead(status: 200, fields: ["content-type": "TEXT/HTML"]),
          copying: UnsafeRawBufferPointer(text)
        )
      }
    }
    #expect(try request(application).text == Self.injected)
  }

  @Test func aPageInPiecesHasTheTagWhateverItAnnounced() throws {
    for length in [nil, Self.page.utf8.count] {
      let response = try request(pieces([:], announcing: length))
      #expect(response.text == Self.injected)
      #expect(response["content-length"] == nil)
    }
    let old = try request(pieces([:], announcing: Self.page.utf8.count), line: "GET / HTTP/1.0")
    #expect(old.text == Self.injected)
  }

  /// The length that an application announces binds it as without the script.
  @Test func aPageThatIsShorterThanAnnouncedIsCut() throws {
    try withGateway(
      pieces([:], announcing: Self.page.utf8.count + 1),
      configure: { $0.liveScript = { Self.source } }
    ) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(throws: RawClient.Failure.self) { try client.response() }
      #expect(server.records.next()?.wasCut == true)
    }
  }

  @Test func aHeadResponseDoesNotSayTheLengthOfAnotherBody() throws {
    let response = try request(
      pieces(["ETag": "\"a\""], announcing: Self.page.utf8.count),
      line: "HEAD / HTTP/1.1"
    )
    #expect(response["content-length"] == nil)
    #expect(response["etag"] == "W/\"a-slipway\"")
    let whole = try request(whole([:]), line: "HEAD / HTTP/1.1")
    #expect(whole["content-length"] == String(Self.injected.utf8.count))
    let fields = ["Content-Type": "text/html", "Content-Length": "7"] as FieldSection
    for body in [nil, ByteBuffer()] {
      let without = Answering { exchange in
        exchange.respond(ResponseHead(status: 200, fields: fields), body: body)
      }
      #expect(try request(without, line: "HEAD / HTTP/1.1")["content-length"] == nil)
    }
  }

  @Test func aFragmentKeepsItsLengthAndDigest() throws {
    let fields =
      [
        "Content-Type": "text/html", "Content-Length": "7", "Content-MD5": "of it", "ETag": "\"a\"",
      ] as FieldSection
    let fragment = Answering { exchange in
      exchange.respond(
        ResponseHead(status: 200, fields: fields),
        body: ByteBuffer(string: "<p>text")
      )
    }
    let response = try request(fragment)
    #expect(response.text == "<p>text")
    #expect(response["content-length"] == "7")
    #expect(response["content-md5"] == "of it")
    #expect(response["etag"] == "W/\"a-slipway\"")
  }

  @Test(
    arguments: [
      ["Content-Type": "text/plain"], ["Content-Type": "application/json"],
      ["Content-Type": "text/html; charset=utf-16le"], ["Content-Type": "text/htmlx"],
      ["Content-Encoding": "gzip"], ["Content-Disposition": "attachment; filename=a.html"],
      ["Content-Range": "bytes 0-3/9"], ["Slipway-Live-Reload": "off"],
    ] as [FieldSection]
  )
  func whatIsNoPageOfItsOwnIsLeftAlone(_ fields: FieldSection) throws {
    var fields = fields
    fields.add(name: "ETag", value: "\"a\"")
    let response = try request(whole(fields))
    #expect(response.text == Self.page)
    #expect(response["content-length"] == String(Self.page.utf8.count))
    #expect(response["etag"] == "\"a\"")
  }

  @Test func aPartOfAPageIsLeftAlone() throws {
    #expect(try request(whole([:], status: 206)).text == Self.page)
  }

  @Test func aMountThatWantsNoScriptGetsNone() throws {
    var rules = MountRules()
    rules.reloadsLive = false
    #expect(try request(whole([:]), rules: rules).text == Self.page)
  }

  /// What the mount adds to responses counts as if the application had said it.
  @Test func thePolicyThatTheMountAddsCounts() throws {
    var rules = MountRules()
    rules.responseFields = [
      MountRules.Field(name: "Content-Security-Policy", value: "script-src 'nonce-q1'")
    ]
    let response = try request(whole([:]), rules: rules)
    #expect(response.text.contains("live.js?v=1\" nonce=\"q1\">"))
  }

  @Test func aPageThatAnswersAFormSaysSo() throws {
    let response = try request(whole([:]), line: "POST / HTTP/1.1", fields: "Content-Length: 0\r\n")
    #expect(response.text.contains("v=1\" data-once></script>"))
  }

  /// Nobody could write into a compressed page; what is no page is compressed as always.
  @Test(arguments: [
    ("Accept: text/html,*/*;q=0.8\r\n", false), ("Sec-Fetch-Dest: document\r\n", false),
    ("Sec-Fetch-Dest: script\r\nAccept: */*\r\n", true), ("Accept: */*\r\n", true),
  ])
  func aPageIsNotAskedForCompressed(_ fields: String, _ isOffered: Bool) throws {
    let application = Answering { exchange in
      let offered = exchange.request.fields.contains(name: "Accept-Encoding")
      exchange.respond(ResponseHead(status: 200), body: ByteBuffer(string: "\(offered)"))
    }
    let response = try request(application, fields: "Accept-Encoding: gzip\r\n\(fields)")
    #expect(response.text == "\(isOffered)")
  }

  /// A page that is known by its mark is asked about without it; what was kept before there was a script
  /// is no answer.
  @Test func aPageInACacheIsAskedAboutByItsMark() throws {
    let application = Answering { exchange in
      let known = exchange.request.fields["If-None-Match"]
      guard known == ["W/\"a\""] else {
        return exchange.respond(
          ResponseHead(status: 200, fields: ["Content-Type": "text/html", "ETag": "\"a\""]),
          body: ByteBuffer(string: "<!doctype html>\(known.count)")
        )
      }
      exchange.respond(ResponseHead(status: 304, fields: ["ETag": "\"a\""]))
    }
    let accept = "Accept: text/html\r\n"
    let first = try request(application, fields: accept)
    let validator = try #require(first["etag"])
    let second = try request(application, fields: accept + "If-None-Match: \(validator)\r\n")
    #expect(second.status == 304)
    #expect(second["etag"] == validator)
    for old in ["If-None-Match: \"a\"", "If-None-Match: \"a\", \"b\"\r\nIf-Modified-Since: x"] {
      let response = try request(application, fields: accept + old + "\r\n")
      #expect(response.status == 200)
      #expect(response.text.hasSuffix("</script>0"))
    }
    // What is no page is none of ours.
    #expect(try request(application, fields: "If-None-Match: W/\"a\"\r\n").status == 304)
  }

  @Test func anErrorPageGetsTheScriptAndMayRunIt() throws {
    let application = Answering { $0.fail(AppFailure(message: "<b>")) }
    let response = try request(application, fields: "Accept: text/html\r\n")
    #expect(response.text.contains("<script async src=\"\(Self.source)\">"))
    #expect(response["content-security-policy"]?.contains("script-src 'self'") == true)
    let text = try request(application, fields: "Accept: text/plain\r\n")
    #expect(!text.text.contains("script"))
    #expect(text["content-security-policy"]?.contains("script") == false)
  }

  /// The policy of an application is not ours to change.
  @Test func anApplicationsPolicyStaysAsItIs() throws {
    let response = try request(whole(["Content-Security-Policy": "default-src 'none'; img-src x"]))
    #expect(response["content-security-policy"] == "default-src 'none'; img-src x")
  }

  /// What a page has asked for and does not show: the server can tell it.
  @Test func aFailureBehindAPageIsReportedWithThePageThatAsked() throws {
    let reports = Inbox<String>()
    try withGateway(
      Answering { $0.fail(AppFailure(message: "broken")) },
      configure: {
        $0.liveScript = { Self.source }
        $0.onFailureBehindPage = { page, referrer in reports.send("\(page.code) \(referrer)") }
      }
    ) { server in
      for fields in [
        "Accept: */*\r\nReferer: http://x/page\r\n", "Accept: */*\r\n",
        "Accept: text/html\r\nReferer: http://x/page\r\n",
        "Accept: */*\r\nSec-Fetch-Dest: document\r\nReferer: http://x/page\r\n",
      ] {
        let client = try server.connect()
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
        #expect(try client.response().status == 500)
      }
    }
    #expect(reports.poll() == ["SW022 http://x/page"])
  }
}
