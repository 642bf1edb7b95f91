import Glibc
import SlipwayTestSupport
import Testing

/// Which changes count, and how many builds they are.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct WatchingTests {
  @Test func checkingOutABranchOfTwoThousandFilesIsOneBuild() throws {
    try withServedProject(
      prepare: { project in
        try Self.git(project, "init", "--quiet", "--initial-branch", "main")
        try project.save(".build\n.slipway\nPackage.resolved\n", to: ".gitignore")
        try Self.commit(project)
        try Self.git(project, "switch", "--quiet", "--create", "other")
        try project.save(text: "branch")
        for number in 0..<2000 {
          try project.save(
            "int unused_\(number);\n",
            to: "Sources/App/many/\(number / 50)/part_\(number).h"
          )
        }
        try Self.commit(project)
        try Self.git(project, "switch", "--quiet", "main")
      },
      { served in
        #expect(try served.get().text == "rev-1")
        for (branch, text) in [("other", "branch"), ("main", "rev-1")] {
          let mark = served.server.mark
          try Self.git(served.project, "switch", "--quiet", branch)
          #expect(try served.get().text == text)
          #expect(served.server.events("build-started", since: mark).count == 1)
        }
      }
    )
  }

  @Test(arguments: [
    "Tests/AppTests/AppTests.c", "data/notes.txt", "ignored.txt", ".build/debug/other",
    "Sources/App/.text.c.swp", "Sources/App/text.c~", "Sources/App/#text.c#",
  ])
  func aFileThatTheProductIsNotMadeOfBuildsNothing(file: String) throws {
    try withServedProject(
      arguments: ["--ignore", "data/"],
      prepare: { project in
        try project.save("ignored.txt\n", to: ".gitignore")
        try project.save("before", to: "Tests/AppTests/AppTests.c")
        try project.save("before", to: "data/notes.txt")
      },
      { served in
        #expect(try served.get().text == "rev-1")
        let mark = served.server.mark
        try served.project.directory.write("after", to: file)
        #expect(try served.get().text == "rev-1")
        // Events come in order: what would have been built for the file comes before this.
        try served.project.save(text: "rev-2")
        #expect(try served.get().text == "rev-2")
        #expect(served.server.events("build-started", since: mark).count == 1)
      }
    )
  }

  @Test func newDirectoriesAndFilesInThemAreNeverMissed() throws {
    try withServedProject { served in
      for number in 0..<5 {
        let directory = "Sources/App/new-\(number)/deep/deeper"
        try served.project.save("#define TEXT \"new-\(number)\"\n", to: "\(directory)/word.h")
        try served.project.save(
          "#include \"new-\(number)/deep/deeper/word.h\"\nconst char *const text = TEXT;\n",
          to: served.project.textFile
        )
        #expect(try served.get().text == "new-\(number)")
        try served.project.save("#define TEXT \"two-\(number)\"\n", to: "\(directory)/word.h")
        #expect(try served.get().text == "two-\(number)")
      }
    }
  }

  @Test func anAddedAndARemovedSourceAreBuilt() throws {
    try withServedProject { served in
      try served.project.directory.remove(served.project.textFile)
      try served.project.save("const char *const text = \"moved\";\n", to: "Sources/App/other.c")
      #expect(try served.get().text == "moved")
      try served.project.directory.move("Sources/App/other.c", to: served.project.textFile)
      try served.project.save(text: "back")
      #expect(try served.get().text == "back")
    }
  }

  @Test func aStaticFileIsServedAsItIsAndBuildsNothing() throws {
    try withServedProject(
      arguments: ["--mount", "/=swift:.", "--mount", "/static=files:public"],
      directory: true,
      prepare: { try $0.save("one", to: "public/page.txt") },
      { served in
        #expect(try served.get("/static/page.txt").text == "one")
        let mark = served.server.mark
        for text in ["two", "three"] {
          try served.project.save(text, to: "public/page.txt", .rename)
          #expect(try served.get("/static/page.txt").text == text)
        }
        #expect(try served.get().text == "rev-1")
        #expect(served.server.events("build-started", since: mark).isEmpty)
      }
    )
  }

  @Test func withoutWatchingASaveChangesNothing() throws {
    try withServedProject(arguments: ["--no-watch"]) { served in
      try served.project.save(text: "rev-2")
      #expect(try served.get().text == "rev-1")
      #expect(served.server.events("changed").isEmpty)
    }
  }

  private static func commit(_ project: Project) throws {
    try git(project, "add", "--all")
    try git(project, "commit", "--quiet", "--message", "All")
  }

  private static func git(_ project: Project, _ arguments: String...) throws {
    let identity = ["-c", "user.name=e2e", "-c", "user.email=e2e@example.org"]
    let run = try CommandRun(
      ["/usr/bin/git", "-C", project.path] + identity + ["-c", "gc.auto=0"] + arguments
    )
    try #require(run.end == .exited(0), "\(run.text)")
  }
}
