import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// What a mount's rules do to requests and responses.
@Suite("Mount rules", .timeLimit(.minutes(5)))
struct MountRulesTests {
  private func rules(_ change: (inout MountRules) throws -> Void) rethrows -> MountRules {
    var rules = MountRules()
    try change(&rules)
    return rules
  }

  private func access(
    _ order: AccessRules.Order,
    allow: [String] = [],
    deny: [String] = []
  ) throws -> MountRules {
    func parse(_ texts: [String]) throws -> [AccessRule] {
      try texts.map { text throws(AccessRule.Malformed) in try AccessRule(parsing: text) }
    }
    return try rules {
      $0.access = AccessRules(order: order, allow: try parse(allow), deny: try parse(deny))
    }
  }

  // MARK: Access

  @Test func whoeverIsDeniedLearnsWhichRuleDecided() throws {
    let asked = Arrivals<String>()
    let application = Answering { exchange in
      asked.send(exchange.request.path)
      exchange.respond(ResponseHead(status: 200))
    }
    let rules = try access(.allowDeny, allow: ["all"], deny: ["10.0.0.0/8", "127.0.0.0/8"])
    try withGateway(application, rules: rules) { server in
      let client = try server.connect()
      try client.send("GET /secret HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try client.response()
      #expect(response.status == 403)
      #expect(response.text.contains("SW037"))
      #expect(response.text.contains("The mount / does not let 127.0.0.1 in"))
      #expect(response.text.contains("“deny: 127.0.0.0/8”"))
      // Not what else is closed, or open.
      #expect(!response.text.contains("10.0.0.0"))
      #expect(server.records.next()?.status == 403)
      // The connection lives on, and nobody was asked.
      try client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
      #expect(try client.response().status == 403)
    }
    asked.send("end")
    #expect(asked.next() == "end")
  }

  @Test func whoeverNoEntryMeansIsDenied() throws {
    try withGateway(.echo, rules: try access(.allowDeny, allow: ["10.0.0.0/8"])) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try client.response()
      #expect(response.status == 403)
      #expect(response.text.contains("“allow”"))
      #expect(!response.text.contains("10.0.0.0"))
    }
  }

  @Test func whoeverIsAllowedIsServed() throws {
    let rules = try access(.denyAllow, allow: ["local"], deny: ["all"])
    try withGateway(.echo, rules: rules) { server in
      let client = try server.connect()
      try client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.response().text == "GET /x ")
    }
  }

  /// A closed gate would hold a request for as long as a build takes.
  @Test func whoeverIsDeniedIsNotHeld() throws {
    let rules = try access(.denyAllow, deny: ["all"])
    try withGateway(.echo, gate: TestGate(.hold), rules: rules) { server in
      let client = try server.connect()
      try client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.response().status == 403)
    }
  }

  // MARK: Methods

  @Test(
    arguments: [
      ("GET", ["GET"], true), ("HEAD", ["GET"], true), ("POST", ["GET"], false),
      ("HEAD", ["HEAD"], true), ("GET", ["HEAD"], false), ("get", ["GET"], false),
      ("OPTIONS", ["GET"], false), ("BREW", ["BREW"], true), ("GETX", ["GET"], false),
    ]
  )
  func onlyListedMethodsPass(method: String, methods: [String], passes: Bool) throws {
    try withGateway(.text("ok"), rules: rules { $0.methods = methods }) { server in
      let client = try server.connect()
      try client.send("\(method) / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      let response = String(decoding: try client.rest(), as: UTF8.self)
      #expect(response.hasPrefix("HTTP/1.1 \(passes ? 200 : 405) "), "\(response)")
    }
  }

  @Test func theOthersAreToldWhichPass() throws {
    let rules = rules { $0.methods = ["POST", "GET"] }
    try withGateway(.echo, gate: TestGate(.hold), rules: rules) { server in
      let client = try server.connect()
      try client.send("DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try client.response()
      #expect(response.status == 405)
      #expect(response["allow"] == "POST, GET, HEAD")
      #expect(response.text.contains("SW038"))
    }
  }

  @Test func whoeverIsDeniedDoesNotLearnTheMethods() throws {
    var rules = try access(.denyAllow, deny: ["all"])
    rules.methods = ["GET"]
    try withGateway(.echo, rules: rules) { server in
      let client = try server.connect()
      try client.send("DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try client.response()
      #expect(response.status == 403)
      #expect(response["allow"] == nil)
    }
  }

  // MARK: Fields

  private var fields: MountRules {
    rules {
      $0.responseFields = [
        .init(name: "X-Frame-Options", value: "DENY"), .init(name: "Link", value: "</a>"),
        .init(name: "Link", value: "</b>"), .init(name: "Set-Cookie", value: "a=1"),
      ]
    }
  }

  @Test func replacesFieldsOfTheApplicationButNotItsCookies() throws {
    let application = Answering { exchange in
      exchange.respond(
        ResponseHead(
          status: 200,
          fields: [
            "x-frame-options": "SAMEORIGIN", "X-Frame-Options": "x", "Link": "</c>",
            "Set-Cookie": "b=2", "X-Other": "y",
          ]
        )
      )
    }
    try withGateway(application, rules: fields) { server in
      let client = try server.connect()
      try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try client.response()
      func values(_ name: String) -> [String] {
        response.fields.filter { $0.name == name }.map(\.value)
      }
      #expect(values("x-frame-options") == ["DENY"])
      #expect(values("link") == ["</a>", "</b>"])
      #expect(values("set-cookie") == ["b=2", "a=1"])
      #expect(values("x-other") == ["y"])
    }
  }

  /// Its boundary is in the type, and without that nobody can read the body.
  @Test func leavesTheTypeOfSeveralRangesAlone() throws {
    let rules = rules { $0.responseFields = [.init(name: "Content-Type", value: "text/plain")] }
    let application = Answering { exchange in
      let isWhole = exchange.request.path == "/whole"
      exchange.respond(
        ResponseHead(
          status: isWhole ? 200 : 206,
          fields: ["content-type": "multipart/byteranges; boundary=b"]
        )
      )
    }
    try withGateway(application, rules: rules) { server in
      let client = try server.connect()
      for (path, type) in [("/", "multipart/byteranges; boundary=b"), ("/whole", "text/plain")] {
        try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        let fields = try client.response().fields.filter { $0.name == "content-type" }
        #expect(fields.map(\.value) == [type])
      }
    }
  }

  /// A page of the gate, a failure, a denial, a response in parts, one without a body.
  @Test func everyResponseOfTheMountHasTheFields() throws {
    let application = Answering { exchange in
      switch exchange.request.path {
      case "/fail": exchange.fail(AppFailure(message: "No."))
      case "/parts":
        exchange.start(ResponseHead(status: 200))
        exchange.write(ByteBuffer(string: "part"))
        exchange.finish()
      case "/unchanged": exchange.respond(ResponseHead(status: 304))
      default: exchange.respond(ResponseHead(status: 204))
      }
    }
    var rules = fields
    rules.methods = ["GET"]
    let gate = TestGate(.dispatch(application))
    try withGateway(application, gate: gate, rules: rules) { server in
      let client = try server.connect()
      func has(_ request: String, _ status: Int) throws {
        try client.send("\(request) HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try client.response()
        #expect(response.status == status, "\(request)")
        #expect(response["x-frame-options"] == "DENY", "\(request)")
      }
      try has("GET /", 204)
      try has("GET /fail", 500)
      try has("GET /parts", 200)
      try has("GET /unchanged", 304)
      try has("POST /", 405)
      gate.set(.answer(ErrorPage(code: "SW082", status: 500, title: "t", message: "m")))
      try has("GET /", 500)
    }
  }

  @Test(
    arguments: [
      ("X-A", "b", nil), ("X-A", "", nil), ("x!#$%&'*+-.^_`|~1", "b", nil), ("X-A", "a b\tc", nil),
      ("X-A", "é", nil), ("Content-Type", "text/plain", nil), ("Cache-Control", "no-store", nil),
      ("", "b", MountRules.Field.Unfitness.noName), ("X A", "b", .noName), ("X:", "b", .noName),
      ("X\r\nY", "b", .noName), ("Ä", "b", .noName),
      ("Connection", "close", .ofTheGateway), ("CONTENT-LENGTH", "1", .ofTheGateway),
      ("transfer-encoding", "chunked", .ofTheGateway), ("Upgrade", "h2c", .ofTheGateway),
      ("Keep-Alive", "1", .ofTheGateway), ("TE", "x", .ofTheGateway),
      ("Trailer", "x", .ofTheGateway), ("Date", "now", .ofTheGateway),
      ("Proxy-Connection", "x", .ofTheGateway), ("Slipway-Generation", "1", .ofTheGateway),
      ("Content-Encoding", "gzip", .ofTheBody), ("Content-Range", "bytes */1", .ofTheBody),
      ("Accept-Ranges", "none", .ofTheBody),
      ("X-A", "a\r\nb", .noValue), ("X-A", "a\0", .noValue), ("X-A", "\u{7F}", .noValue),
      ("X-A", " a", .noValue), ("X-A", "a ", .noValue), ("X-A", "a\t", .noValue),
    ]
  )
  func knowsWhichFieldsFit(name: String, value: String, unfitness: MountRules.Field.Unfitness?) {
    #expect(MountRules.Field(name: name, value: value).unfitness == unfitness)
  }
}
