import SlipwayTestSupport
import Testing

/// Code that is evaluated in the frames of a traceback.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct ConsoleTests {
  private static let application = """
    CARGO = ["teak", "salt"]

    def load(ship):
        crew = 3
        raise ValueError("no room")

    def application(environ, start_response):
        load({"name": "Aurora"})
    """

  private func post(
    _ served: ServedPython,
    _ path: String,
    _ form: String,
    _ fields: String = ""
  ) throws -> RawClient.Response {
    let client = try RawClient(port: served.port)
    try client.send(
      "POST \(path) HTTP/1.1\r\nHost: e2e\r\nConnection: close\r\n"
        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n"
        + "\(fields)\r\n\(form)"
    )
    return try client.response()
  }

  /// The consoles that the page of the exception links to, the innermost frame's first.
  private func consoles(_ served: ServedPython, at target: String = "/") throws -> [String] {
    let page = try served.get(target, fields: "Accept: text/html\r\n").text
    return page.ranges(of: "href=\"/_slipway/console/")
      .map { "/_slipway/console/" + page[$0.upperBound...].prefix { $0 != "\"" } }
  }

  @Test func codeIsEvaluatedInTheFrameByWhoeverHasThePIN() throws {
    try withServedPython(["app.py": Self.application], settings: ["console: true"]) { served in
      let pin = try served.server.event("console-pin")["pin"]?.text ?? ""
      let consoles = try consoles(served)
      try #require(consoles.count == 2)
      let asked = try served.get(consoles[0])
      #expect(asked.text.contains("name=\"pin\""))
      // Nothing happens without it, whatever is posted.
      _ = try post(served, consoles[0], "code=CARGO.clear()")
      #expect(try post(served, consoles[0], "pin=1").text.contains("9 more attempts"))
      let opened = try post(served, consoles[0], "pin=\(pin)")
      #expect(opened.status == 303)
      #expect(opened["location"] == consoles[0])
      let set = try #require(opened["set-cookie"])
      #expect(set.contains("HttpOnly") && set.contains("SameSite=Strict"))
      let cookie = "Cookie: a=b; \(set.prefix { $0 != ";" })\r\n"

      func evaluate(_ code: String, in console: String = consoles[0]) throws -> String {
        let answer = try post(served, console, "code=\(code)", cookie)
        #expect(answer.status == 303, "\(answer.text)")
        return try served.get(console, fields: cookie).text
      }
      #expect(try evaluate("ship['name'].upper()").contains("&#39;AURORA&#39;"))
      // Functions and comprehensions see the variables, and what was assigned before.
      let loaded = try evaluate("twice=crew*2%0D%0A[twice%2Bcrew for thing in CARGO]")
      #expect(loaded.contains("[9, 9]"), "\(loaded)")
      #expect(try evaluate("print('a',twice,sep='-')").contains("a-6"))
      #expect(try evaluate("1/0").contains("ZeroDivisionError"))
      #expect(try evaluate("exit()").contains("SystemExit"))
      #expect(try evaluate("environ['PATH_INFO']", in: consoles[1]).contains("&#39;/&#39;"))

      // A page of another site is refused, though the browser may send the cookie.
      for origin in ["http://evil.example", "null", "http://e2e:1"] {
        let crossing = try post(served, consoles[0], "code=1", cookie + "Origin: \(origin)\r\n")
        #expect(crossing.status == 403, "\(origin)")
      }
      #expect(try post(served, consoles[0], "code=%FF", cookie).status == 400)

      // The cookie outlives a restart, and the frame does not.
      try served.directory.save(Self.application + "\n# Saved.\n", to: "app.py")
      let next = try self.consoles(served)
      #expect(next != consoles)
      #expect(try served.get(next[0], fields: cookie).text.contains("name=\"code\""))
      #expect(try served.get(consoles[0], fields: cookie).status == 410)
      #expect(try post(served, consoles[0], "code=1", cookie).status == 410)

      for _ in 0..<10 { _ = try post(served, next[0], "pin=1") }
      let locked = try post(served, next[0], "pin=\(pin)")
      #expect(locked.status == 403)
      #expect(locked.text.contains("SW253"))
    }
  }

  /// Which knows nothing of the frames that others keep.
  @Test func codeIsEvaluatedInTheInterpreterOfTheFrame() throws {
    let home = try Python.any.home
    try withServedPython(
      ["app.py": Self.application, "other.py": Self.application.replacing("teak", with: "oak")],
      options: [
        "\n  /other: {serve: 'wsgi:other.py', python-home: '\(home)', application-group: other}"
      ],
      settings: ["console: true"]
    ) { served in
      let pin = try served.server.event("console-pin")["pin"]?.text ?? ""
      let consoles = try ["/", "/other"].map { try self.consoles(served, at: $0)[0] }
      let opened = try post(served, consoles[0], "pin=\(pin)")
      let cookie = "Cookie: \((opened["set-cookie"] ?? "").prefix { $0 != ";" })\r\n"
      for (console, cargo) in zip(consoles, ["TEAK", "OAK"]) {
        _ = try post(served, console, "code=CARGO[0].upper()", cookie)
        #expect(try served.get(console, fields: cookie).text.contains("&#39;\(cargo)&#39;"))
      }
    }
  }

  @Test func thereAreNoneUnlessTheyAreAskedForAndNobodyElseCanReachTheServer() throws {
    try withServedPython(["app.py": Self.application]) { try hasNone($0) }
    try withServedPython(
      ["app.py": Self.application],
      settings: ["console: true"],
      listen: "0.0.0.0:0"
    ) { served in
      let problem = try served.server.event("problem") { $0["code"]?.text == "SW256" }
      #expect(problem["message"]?.text?.contains("console") == true)
      try hasNone(served)
    }
  }

  private func hasNone(_ served: ServedPython) throws {
    #expect(try consoles(served).isEmpty)
    #expect(try served.get("/_slipway/console/x").status == 404)
  }
}
