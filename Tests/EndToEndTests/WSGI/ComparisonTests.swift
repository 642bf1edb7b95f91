import SlipwayTestSupport
import Testing

/// The checks of PEP 3333 against other servers beside Slipway. Slow, because those are installed from PyPI.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane, .slow)
struct WSGIComparisonTests {
  private static let fixtures = "\(Project.repository)/Tests/EndToEndTests/Fixtures/wsgi"

  /// Of these devkit/docs/wsgi.md says what they do otherwise, and why.
  private static let peers = ["gunicorn==27.0.1", "waitress==3.0.2"]

  @Test func otherServersDifferAsTheDocumentationSays() throws {
    try withScratchDirectory(named: "peers") { peers in
      try install(with: .any, in: peers.path)
      let application = try read("\(Self.fixtures)/corner.py")
      try withServedPython(["corner.py": application], serve: "wsgi:corner.py", named: "corner") {
        let bin = "\(peers.path)/bin"
        let run = try CommandRun([
          "\(bin)/python", "-B", "\(Self.fixtures)/compare.py", "slipway=\($0.port)",
          "gunicorn=\(bin)/gunicorn -k gthread --threads 8 -b 127.0.0.1:{port} corner:application",
          "waitress=\(bin)/waitress-serve --listen=127.0.0.1:{port} --threads=8 corner:application",
        ])
        #expect(run.end == .exited(0))
        let last = try #require(run.text.split(separator: "\n").last)
        #expect(last.contains("slipway failed 0"), "\(run.text)")
        #expect(last.split(separator: " ").first.flatMap { Int($0) } ?? 0 >= 60)
        let (found, documented) = (differences(said: run.text), try differencesInDocumentation())
        #expect(found == documented, "\(run.text)")
      }
    }
  }

  private func install(with python: Python, in directory: String) throws {
    let script = """
      set -e
      "\(python.executable)" -m venv "\(directory)"
      "\(directory)/bin/pip" install --quiet --disable-pip-version-check \(Self.peers.joined(separator: " "))
      """
    let run = try CommandRun(["/bin/sh", "-c", script])
    guard run.end == .exited(0) else { throw ServerProcess.Failure(description: run.text) }
  }

  /// `check: server, server`, as compare.py has it.
  private func differences(said text: String) -> [String: Set<String>] {
    var differences: [String: Set<String>] = [:]
    for match in text.matches(of: #/(?m)^(\w+): (.+)$/#) {
      differences[String(match.1)] = Set(match.2.split(separator: ", ").map(String.init))
    }
    return differences
  }

  /// The rows of the table: checks, servers, and why.
  private func differencesInDocumentation() throws -> [String: Set<String>] {
    let page = try read("\(Project.repository)/devkit/docs/wsgi.md")
    let section = try #require(
      page.split(separator: "\n## ").first { $0.hasPrefix("Other servers") }
    )
    var differences: [String: Set<String>] = [:]
    for match in section.matches(of: #/(?m)^\| (`.+?`) \| ([a-z, ]+) \| .+ \|$/#) {
      for check in match.1.matches(of: #/`(\w+)`/#) {
        differences[String(check.1)] = Set(match.2.split(separator: ", ").map(String.init))
      }
    }
    return differences
  }
}
