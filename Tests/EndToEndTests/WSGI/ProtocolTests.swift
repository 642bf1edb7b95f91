import SlipwayTestSupport
import Testing

/// PEP 3333 as an application in its corners sees it: Fixtures/wsgi.
@Suite(.serialized, .timeLimit(.minutes(15)), .showingServerLog, .onLane)
struct WSGIProtocolTests {
  private static let fixtures = "\(Project.repository)/Tests/EndToEndTests/Fixtures/wsgi"

  /// The checks know nothing of Slipway: devkit/bench/wsgi runs the same against other servers.
  @Test(arguments: Python.all)
  func everyCheckPasses(python: Python) throws {
    let application = try read("\(Self.fixtures)/corner.py")
    try withServedPython(["corner.py": application], serve: "wsgi:corner.py", python: python) {
      let run = try CommandRun([
        python.executable, "\(Self.fixtures)/checks.py", String($0.port),
      ])
      let failed = run.text.split(separator: "\n")
        .filter { $0.hasPrefix("FAILED") || $0.contains("Error") }
      #expect(failed.isEmpty, "\(failed.joined(separator: "\n"))")
      #expect(run.end == .exited(0), "\(run.text.suffix(2000))")
      #expect(run.text.split(separator: "\n").count { $0.hasPrefix("ok ") } >= 60)
      let executable = try $0.get("/executable").text.split(separator: "\n")
      #expect(executable.last.map(String.init) == python.version)
    }
  }

  @Test func thereIsAPython() throws {
    _ = try Python.any
  }

  @Test func wsgirefFindsNothingWrong() throws {
    try withServedPython(
      [
        "app.py": """
        def application(environ, start_response):
            body = environ["wsgi.input"].read(5) + environ["wsgi.input"].readline()
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"validated ", body]
        """
      ],
      options: ["validate: true"]
    ) { served in
      let client = try RawClient(port: served.port)
      try client.send(
        "POST / HTTP/1.1\r\nHost: e2e\r\nContent-Length: 11\r\nConnection: close\r\n\r\nhello world"
      )
      #expect(try client.response().text == "validated hello world")
    }
  }

  @Test func aRequestThatIsStuckIsAnsweredWithItsStack() throws {
    try withServedPython(
      [
        "app.py": """
        import time

        def wait_for_the_tide():
            time.sleep(600)

        def application(environ, start_response):
            wait_for_the_tide()
        """
      ],
      options: ["request-timeout: 300ms"]
    ) { served in
      let response = try served.get()
      #expect(response.status == 504)
      #expect(response.text.contains("in wait_for_the_tide"))
      try served.server.event("application-log") {
        $0["message"]?.text?.contains("wait_for_the_tide") ?? false
      }
    }
  }
}
