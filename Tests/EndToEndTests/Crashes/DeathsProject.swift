import Glibc
import SlipwayTestSupport
import Synchronization
import Testing

/// The application of the crash tests, built once for all of them, which take turns.
enum DeathsProject {
  private static let made = Mutex<Project?>(nil)

  /// Serves it while `body` runs, in the mood to live.
  static func serve(
    _ arguments: [String] = ["--crash-limit", "0"],
    environment: [String: String] = [:],
    _ body: (ServedProject) throws -> Void
  ) throws {
    // The lock is held all the time: the tests of several suites would serve the same directory.
    try made.withLock { made throws in
      let project = try made ?? make()
      made = project
      try project.save(text: "calm")
      var options = ServerProcess.Options()
      options.arguments = arguments
      options.environment = environment
      try EndToEndTests.serve(project, options) { served throws in
        if !arguments.contains("--tls") {
          let response = try served.get("/alive")
          #expect(response.text == "calm GET")
        }
        try body(served)
      }
    }
  }

  private static func make() throws -> Project {
    let directory = try makeScratchDirectory("deaths")
    atexit { DeathsProject.remove() }
    return try Project.deaths(in: directory)
  }

  private static func remove() {
    guard let path = made.withLock({ $0?.path }) else { return }
    _ = removeTree(path)
  }
}
