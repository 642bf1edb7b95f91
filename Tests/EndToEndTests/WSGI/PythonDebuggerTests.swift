import SlipwayTestSupport
import Testing

/// debugpy at the debug socket. Slow, because it is installed from PyPI.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane, .slow)
struct PythonDebuggerTests {
  private static let application = """
    def application(environ, start_response):
        rope = "KNOTS" * 2
        if environ["PATH_INFO"] == "/uncaught":
            untie(rope)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [rope.encode()]

    def untie(rope):
        raise KeyError(rope)
    """

  @Test(arguments: Python.span)
  func breakpointsAreHitBeforeAndAfterARestart(python: Python) throws {
    try withScratchDirectory(named: "debugpy") { library in
      guard try install(with: python, in: library.path) else { return }
      try withServedPython(
        ["app.py": Self.application],
        python: python,
        options: ["debugger: debugpy", "python-path: \(library.path)"],
        settings: ["debug-socket: 127.0.0.1:0"]
      ) { served in
        let address = try served.server.event("debug-listening")["address"]?.text ?? ""
        let port = String(address.split(separator: ":").last ?? "")
        try served.server.event("ready")
        for knots in ["bowline", "hitch"] {
          let mark = served.server.mark
          let saved = Self.application.replacing("KNOTS", with: knots)
          try served.directory.save(saved, to: "app.py")
          try served.server.event("ready", since: mark)
          let run = try CommandRun([
            python.executable, Self.editor,
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

  /// The breakpoint of one is in Python, that of the other in the C library that Python calls.
  @Test(.needs(DebuggerPrograms.lldb, DebuggerPrograms.lldbServer))
  func lldbAndDebugpyAreAttachedAtOnce() throws {
    let (python, lldb) = (try Python.any, try #require(DebuggerPrograms.lldb))
    try withScratchDirectory(named: "debugpy") { library in
      guard try install(with: python, in: library.path) else { return }
      let begin = "    start_response("
      let application = Self.application.replacing(begin, with: "    os.getsid(0)\n\(begin)")
      try withServedPython(
        ["app.py": "import os\n" + application],
        python: python,
        options: ["debugger: debugpy", "python-path: \(library.path)"],
        settings: ["debug-socket: 127.0.0.1:0"]
      ) { served in
        let address = try served.server.event("debug-listening")["address"]?.text ?? ""
        try served.server.event("ready")
        let editor = try InteractiveProgram([
          python.executable, "-u", Self.editor, String(address.split(separator: ":").last ?? ""),
          String(served.port), served.directory.path("app.py"), "6", "wait",
        ])
        try editor.wait(for: "attached\n")
        let session = try LLDBSession(at: address, with: lldb)
        session.program.type("breakpoint set --name getsid")
        try session.program.wait(for: "Breakpoint 1: ")
        try session.proceed()
        editor.type("go")
        try editor.wait(for: "stopped in application with 'KNOTSKNOTS'")
        try session.untilBreakpoint()
        session.program.type("breakpoint delete 1")
        try session.proceed()
        try editor.wait(for: "answered KNOTSKNOTS")
        try editor.wait(for: "failed with 500")
        try session.detach()
        #expect(try served.get().text == "KNOTSKNOTS")
      }
    }
  }

  private static let editor = "\(Project.repository)/Tests/EndToEndTests/Fixtures/wsgi/editor.py"

  /// Returns whether that is possible: Debian's own Python may have no pip.
  private func install(with python: Python, in directory: String) throws -> Bool {
    let run = try CommandRun([
      python.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
      "--target", directory, "debugpy",
    ])
    return run.end == .exited(0)
  }
}
