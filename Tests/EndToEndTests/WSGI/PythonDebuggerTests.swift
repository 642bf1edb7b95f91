import SlipwayTestSupport
import Testing

/// debugpy at the debug socket. Slow, because it is installed from PyPI.
@Suite(.serialized, .timeLimit(.minutes(15)), .showingServerLog, .onLane, .slow)
struct PythonDebuggerTests {
  @Test(arguments: Python.all)
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
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [rope.encode()]
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
            port, String(served.port), served.directory.path("app.py"), "3",
          ])
          #expect(
            run.text.contains("stopped in application with '\(knots)\(knots)'"),
            "\(run.text)"
          )
          #expect(run.text.contains("answered \(knots)\(knots)"))
        }
      }
    }
  }
}
