import SlipwayTestSupport
import Testing

/// pydevd, which connects to an editor that listens. Slow, because it is installed from PyPI.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane, .slow)
struct PydevTests {
  private static let editor =
    "\(Project.repository)/Tests/EndToEndTests/Fixtures/wsgi/pydev_editor.py"
  private static let application = """
    def application(environ, start_response):
        rope = "KNOTS" * 2
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [rope.encode()]
    """

  @Test(arguments: Python.span)
  func theEditorIsConnectedToBeforeAndAfterARestart(python: Python) throws {
    try withScratchDirectory(named: "pydevd") { library in
      try install(with: python, in: library.path)
      try withScratchDirectory(named: "knots") { project in
        try save("bowline", in: project)
        let editor = try RunningProgram(
          [python.executable, Self.editor, project.path("app.py"), "3"],
          directory: project.path
        )
        let options = [
          "debugger: pydevd", "pydev-path: \(library.path)",
          "pydev-server: 127.0.0.1:\(try editor.line(after: "listening "))",
        ]
        let target = "wsgi:\(project.path("app.py"))"
        try withServedPython([:], serve: target, python: python, options: options) { served in
          for (number, knots) in ["bowline", "hitch"].enumerated() {
            try save(knots, in: project)
            #expect(try served.get().text == "\(knots)\(knots)")
            let said = try editor.line(
              after: "connection \(number + 1): stopped in application with "
            )
            #expect(said.contains("\(knots)\(knots)"))
          }
        }
      }
    }
  }

  @Test func whereNoEditorListensTheApplicationIsServed() throws {
    let python = try Python.any
    try withScratchDirectory(named: "pydevd") { library in
      try install(with: python, in: library.path)
      let options = [
        "debugger: pydevd", "pydev-path: \(library.path)", "pydev-server: 127.0.0.1:1",
      ]
      try withServedPython(["app.py": Self.application], python: python, options: options) {
        #expect(try $0.get().text == "KNOTSKNOTS")
        try $0.server.event("application-log") {
          $0["message"]?.text?.contains("Does an editor listen at 127.0.0.1:1?") ?? false
        }
      }
    }
  }

  private func save(_ knots: String, in project: ScratchDirectory) throws {
    try project.save(Self.application.replacing("KNOTS", with: knots), to: "app.py")
  }

  private func install(with python: Python, in directory: String) throws {
    let run = try CommandRun([
      python.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
      "--target", directory, "pydevd",
    ])
    guard run.end == .exited(0) else { throw ServerProcess.Failure(description: run.text) }
  }
}
