import SlipwayTestSupport
import Testing

/// What a browser, a script and a terminal are shown of an exception.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct TracebackTests {
  private static let application = """
    import json

    def helper(cargo):
        password = "hunt" + "er2"
        label = "<b>&rope"
        return cargo["missing-key"]

    def application(environ, start_response):
        session_token = "t0" + "ken"
        if environ["PATH_INFO"] == "/library":
            json.loads("{")
        if environ["PATH_INFO"] == "/chain":
            try:
                helper({})
            except KeyError as error:
                raise RuntimeError("the hold is empty") from error
        helper({"rope": 1})
    """

  @Test func thePageHasSourceAndLocalsAndNoSecrets() throws {
    try withServedPython(["app.py": Self.application]) { served in
      let page = try served.get("/", fields: "Accept: text/html\r\nCookie: sid=s3cret\r\n")
      #expect(page.status == 500)
      #expect(page["content-type"] == "text/html; charset=utf-8")
      for text in ["KeyError", "missing-key", "return cargo[", "helper", "SW262"] {
        #expect(page.text.contains(text), "no \(text)")
      }
      #expect(page.text.contains("&lt;b&gt;&amp;rope"))
      for secret in ["t0ken", "hunter2", "s3cret"] {
        #expect(!page.text.contains(secret), "\(secret)")
      }
      #expect(page.text.contains("(hidden)"))
    }
  }

  @Test func thePageHasTwinsInTextAndJSON() throws {
    try withServedPython(["app.py": Self.application]) { served in
      let text = try served.get("/", fields: "Accept: text/plain\r\n")
      #expect(text.text.contains("KeyError: 'missing-key'"))
      #expect(text.text.contains("app.py:6"))
      let json = try served.get("/", fields: "Accept: application/json\r\n")
      #expect(json["content-type"] == "application/problem+json")
      #expect(json.text.contains("\"code\":\"SW262\""))
      #expect(json.text.contains("\"line\":6"))
    }
  }

  @Test func causesAreShown() throws {
    try withServedPython(["app.py": Self.application]) { served in
      let text = try served.get("/chain", fields: "Accept: text/plain\r\n").text
      #expect(text.contains("RuntimeError: the hold is empty"))
      #expect(text.contains("Caused by: KeyError"))
    }
  }

  /// What is raised in a library is shown where the application called it.
  @Test func theApplicationsOwnFrameComesFirst() throws {
    try withServedPython(["app.py": Self.application]) { served in
      let text = try served.get("/library", fields: "Accept: text/plain\r\n").text
      let own = try #require(text.firstRange(of: "app.py:11"))
      let library = try #require(text.firstRange(of: "decoder.py"))
      #expect(own.lowerBound < library.lowerBound)
    }
  }

  @Test func theTerminalGetsTheTraceback() throws {
    try withServedPython(["app.py": Self.application]) { served in
      _ = try served.get()
      try served.server.event("application-output") {
        $0["message"]?.text?.contains("Traceback (most recent call last)") ?? false
      }
    }
  }

  @Test func aMissingModuleIsFoundNearby() throws {
    try withServedPython(
      ["app.py": "import cargo_manifest\n", "vendor/cargo_manifest.py": "X = 1\n"]
    ) { served in
      let page = try served.get("/", fields: "Accept: text/plain\r\n")
      #expect(page.status == 500)
      #expect(page.text.contains("ModuleNotFoundError"))
      #expect(page.text.contains("python-path: \(served.directory.path("vendor"))"))
      #expect(page.text.contains("sys.path"))
    }
  }

  @Test(arguments: [
    ("mounts:", "search-paths: {python: vendor}\nmounts:"),
    ("python-home", "python-path: vendor\n    python-home"),
  ])
  func aMissingModuleIsImportedWhenItsPathIsConfigured(text: String, replacement: String) throws {
    try withServedPython(
      ["app.py": revisionApplication, "vendor/revision.py": "TEXT = 'found'\n"]
    ) { served in
      #expect(try served.get().status == 500)
      let mark = served.server.mark
      let before = try read(served.directory.path("slipway.yaml"))
      try served.directory.save(
        before.replacing(text, with: replacement),
        to: "slipway.yaml"
      )
      try served.server.event("restarting", since: mark)
      #expect(try served.get().text == "found")
    }
  }

  @Test func anInterpreterThatIsNotThereIsAPage() throws {
    try withServedPython(
      ["app.py": "application = None\n"],
      python: Python(home: "/no/such/home", version: "3.99")
    ) { served in
      let page = try served.get("/", fields: "Accept: text/plain\r\n")
      #expect(page.status == 500)
      #expect(page.text.contains("SW240"))
      #expect(page.text.contains("/no/such/home/bin/python3"))
    }
  }

  @Test func whatIsNoCallableIsAPage() throws {
    try withServedPython(["app.py": "helm = 1\n"]) { served in
      let page = try served.get("/", fields: "Accept: text/plain\r\n")
      #expect(page.text.contains("none of `application`, `app`"))
    }
  }
}
