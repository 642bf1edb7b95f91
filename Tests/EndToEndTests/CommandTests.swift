import SlipwayTestSupport
import Testing

/// The commands that do not serve.
@Suite(.serialized, .timeLimit(.minutes(20)), .onLane)
struct CommandTests {
  @Test func whatIsWatchedIsListedWithItsReason() throws {
    try ProjectPool.withProject { project in
      try project.save("a", to: "Sources/App/sub/a.h")
      let run = try Self.slipway("dev", project.path, "--list-watched")
      #expect(run.end == .exited(0))
      let lines = run.text.split(separator: "\n").map(String.init)
      #expect(lines.contains { $0.hasPrefix("\(project.path)/Sources/App/sub\t") })
      #expect(lines.contains { $0.contains("Swift package") })
      #expect(!lines.contains { $0.contains("/.build") })
      #expect(!lines.contains { $0.contains("\(project.path)/.slipway") })
    }
  }

  @Test func checkFindsNothingWrongWithAGoodProject() throws {
    try ProjectPool.withProject { project in
      let run = try Self.slipway("check", project.path, "--listen", "127.0.0.1:0")
      #expect(run.end == .exited(0), "\(run.text)")
      #expect(run.text.contains("Swift"))
    }
  }

  @Test func checkFailsForADirectoryThatCannotBeServed() throws {
    try withScratchDirectory { directory in
      let run = try Self.slipway("check", directory.path)
      #expect(run.end == .exited(1))
      #expect(!run.text.isEmpty)
    }
  }

  @Test(arguments: [
    ["/no/such/directory"], ["--listen", "nonsense"], ["--grace", "soon"],
    ["--mount", "/=python:."], ["--on-build-failure", "cry"],
  ])
  func whatCannotBeServedEndsWithAMessage(arguments: [String]) throws {
    try withScratchDirectory { directory in
      try directory.write("Hello", to: "index.html")
      let path = arguments[0].hasPrefix("/") ? [] : [directory.path]
      let run = try CommandRun([BuiltProducts.path(of: "slipway")] + path + arguments)
      #expect(run.end == .exited(1))
      #expect(run.text.contains("SW1"), "\(run.text)")
    }
  }

  @Test func helpNamesTheCommands() throws {
    let run = try Self.slipway("--help")
    #expect(run.end == .exited(0))
    for name in ["dev", "check"] { #expect(run.text.contains(name)) }
  }

  private static func slipway(_ arguments: String...) throws -> CommandRun {
    try CommandRun([BuiltProducts.path(of: "slipway")] + arguments)
  }
}
