import SlipwayTestSupport
import Testing

/// debugpy at the debug socket. Slow, because it is installed from PyPI.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane, .slow)
struct PythonDebuggerTests {
  @Test(arguments: Python.span)
  func breakpointsAreHitBeforeAndAfterARestart(python: Python) throws {
    try withScratchDirectory(named: "debugpy") { library in
      let install = try CommandRun([
        python.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--target", library.path, "debugpy",
      ])
      // Debian's own Python may have no pip.
      guard install.end == .exited(0) else { return }
      let application = """
        def application(environ, start_response):
            rope = "KNOTS" * 2
            if environ["PATH_INFO"] == "/uncaught":
                untie(rope)
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [rope.encode()]

        def untie(rope):
            raise KeyError(rope)
        """
      try withServedPython(
        ["app.py": application],
        python: python,
        options: ["debugger: debugpy", "python-path: \(library.path)"],
        settings: ["debug-socket: 127.0.0.1:0"]
      ) { served in
        let address = try served.server.event("debug-listening")["address"]?.text ?? ""
        let port = String(address.split(separator: ":").last ?? "")
        try served.server.event("ready")
        for knots in ["bowline", "hitch"] {
          let mark = served.server.mark
          let saved = application.replacing("KNOTS", with: knots)
          try served.directory.save(saved, to: "app.py")
          try served.server.event("ready", since: mark)
          let run = try CommandRun([
            python.executable, "\(Project.repository)/Tests/EndToEndTests/Fixtures/wsgi/editor.py",
            port, String(served.port), served.directory.path("app.py"), "5",
          ])
          #expect(
            run.text.contains("stopped in application with '\(knots)\(knots)'"),
            "\(run.text)"
          )
          #expect(run.text.contains("answered \(knots)\(knots)"))
          // Post mortem: the gateway catches what nobody else does, and the editor sees it all the same.
          #expect(run.text.contains("stopped for exception in untie"))
          #expect(run.text.contains("failed with 500"))
        }
      }
    }
  }
}
