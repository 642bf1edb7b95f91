import SlipwayTestSupport
import Testing

/// What a real browser makes of the server's own pages.
@Suite(
  .slow,
  .showingBrowser,
  .serialized,
  .timeLimit(.minutes(15)),
  .showingServerLog,
  .onLane
)
struct PageBrowserTests {
  private static let hostile = "<img src=x onerror=\\\"document.title='taken'\\\">"

  private static let failing = """
    def moor(ship):
        raise ValueError("\(hostile)</title><script>document.title = 'taken'</script>")

    def application(environ, start_response):
        rope = "\(hostile)"
        moor(rope)
    """

  /// With a directory for the browser, outside of what is served and watched.
  private func withProfile(_ body: (ScratchDirectory, ServedPython) throws -> Void) throws {
    try withScratchDirectory(named: "browser") { profile in
      try withServedPython(["app.py": Self.failing]) { try body(profile, $0) }
    }
  }

  /// Names of files, messages, variables: nothing of it becomes an element, and nothing runs.
  @Test func nothingOfAHostilePageRuns() throws {
    try withProfile { profile, served in
      let dom = try Chromium.document(
        at: "http://127.0.0.1:\(served.port)/%3Cimg%20src=x%20onerror=alert(1)%3E",
        profile: profile
      )
      #expect(dom.contains("<h1>Uncaught exception <small>ValueError</small></h1>"), "\(dom)")
      #expect(dom.contains("<title>Uncaught exception · ValueError</title>"))
      #expect(dom.contains("&lt;img src=x onerror="))
      #expect(!dom.contains("<img"))
      // One script, which is the server's own.
      let scripts = dom.ranges(of: "<script").map { dom[$0.upperBound...].prefix { $0 != ">" } }
      #expect(scripts.count == 1)
      #expect(scripts.allSatisfy { $0.contains(" src=\"/_slipway/live.js?") }, "\(scripts)")
      // The style that stands in the page is the one that its policy permits: it has been applied.
      #expect(dom.contains("<style>"))
    }
  }

  /// Without a script, by nothing but the refresh of the page: the application is not asked again
  /// before there is new code, and then it is.
  @Test func aPageGivesWayToTheNewCodeWithoutScripts() throws {
    try withProfile { profile, served in
      let browser = try Chromium(
        showing: "http://127.0.0.1:\(served.port)/crew?a=1",
        profile: profile,
        runsScripts: false
      )
      try withExtendedLifetime(browser) {
        // The page has asked for itself.
        try served.server.event("exchange") {
          $0["target"]?.text?.hasPrefix("/_slipway/failed/") ?? false
        }
        let mark = served.server.mark
        try served.directory.write(
          """
          def application(environ, start_response):
              start_response("200 OK", [("Content-Type", "text/plain")])
              return [b"mended"]
          """,
          to: "app.py"
        )
        try served.server.event("exchange", since: mark) {
          $0["target"]?.text == "/crew?a=1" && $0["status"]?.number == 200
        }
      }
      let failures = served.server.events("exchange")
        .filter { $0["target"]?.text == "/crew?a=1" && $0["status"]?.number == 500 }
      #expect(failures.count == 1)
    }
  }
}
