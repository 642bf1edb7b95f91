import Glibc
import SlipwayTestSupport
import Testing

/// Real Swift packages: what takes a compiler for Swift, and minutes.
@Suite(.slow, .serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct SwiftPackageTests {
  @Test func twentySavesOfTheSampleAppUnderLoadLoseNothing() throws {
    try withScratchDirectory { directory in
      try serve(try Project.sampleApp(in: directory)) { try LoadTests.save(20, in: $0) }
    }
  }

  @Test func anApplicationThatBlocksEveryThreadIsReplaced() throws {
    try withSwiftProject { served in
      #expect(try served.get().text == "rev-1")
      for number in 2..<4 {
        let mark = served.server.mark
        let blocking = try served.connect()
        try blocking.send("GET /block HTTP/1.1\r\nHost: e2e\r\n\r\n")
        try served.server.event("application-log", since: mark)
        try served.project.save(text: "rev-\(number)")
        #expect(try served.get().text == "rev-\(number)")
      }
    }
  }

  @Test func twoSavesInTheSameSecondAreBothSeen() throws {
    try withSwiftProject { served in
      for number in 0..<5 {
        try served.project.save(text: "one-\(number)")
        #expect(try served.get().text == "one-\(number)")
        try served.project.save(text: "two-\(number)", .rename)
        #expect(try served.get().text == "two-\(number)")
      }
    }
  }

  @Test func savesWithoutEndEndWithTheLast() throws {
    try withSwiftProject { served in
      for round in 0..<4 {
        for number in 0..<Int.random(in: 5...20) {
          try served.project.save(
            text: "\(round)-\(number)",
            number.isMultiple(of: 2) ? .rename : .inPlace
          )
          usleep(UInt32.random(in: 1000...700_000))
        }
        try served.project.save(text: "last-\(round)")
        #expect(try served.get().text == "last-\(round)")
      }
    }
  }

  @Test func aSwiftErrorIsAPageWithFileAndLineAndHeals() throws {
    try withSwiftProject { served in
      for _ in 0..<5 {
        try served.project.save("\nlet text: String = 1\n", to: served.project.textFile)
        let broken = try served.get()
        #expect(broken.status == 500)
        #expect(broken.text.contains("Text.swift:2"))
        #expect(broken.text.contains("cannot convert"))
        try served.project.save(text: "mended")
        #expect(try served.get().text == "mended")
      }
    }
  }

  @Test func aKilledCompilerIsSaidAndHealsWithoutASave() throws {
    try withSwiftProject { served in
      let mark = served.server.mark
      try served.project.save(text: "rev-2")
      try served.server.event("build-started", since: mark)
      var compilers: [Int32] = []
      for _ in 0..<2000 where compilers.isEmpty {
        compilers = ProcessInspection.descendants(of: served.server.pid, running: "-primary-file")
        usleep(2000)
      }
      try #require(!compilers.isEmpty)
      for compiler in compilers { kill(compiler, SIGKILL) }
      try served.untilHealed("rev-2")
      let failed = try served.server.event("build-failed", since: mark)
      #expect(failed["failure"]?["message"]?.text?.contains("signal") == true)
    }
  }

  @Test func aPackageThatIsDependedOnByPathIsPartOfTheCode() throws {
    try withScratchDirectory { directory in
      try directory.write(
        """
        // swift-tools-version: 6.2
        import PackageDescription
        let package = Package(
          name: "Words", products: [.library(name: "Words", targets: ["Words"])],
          targets: [.target(name: "Words")])
        """,
        to: "words/Package.swift"
      )
      try directory.write("public let word = \"one\"\n", to: "words/Sources/Words/Words.swift")
      try directory.makeDirectory("app")
      let app = ScratchDirectory(path: directory.path("app"))
      let project = try Project.swift(in: app)
      let manifest = Project.manifest(product: "SlipwayApp")
        .replacing(
          "dependencies: [.package(",
          with: "dependencies: [.package(path: \"../words\"), .package("
        )
        .replacing(
          "dependencies: [.product(",
          with: "dependencies: [.product(name: \"Words\", package: \"words\"), .product("
        )
      try project.save(manifest, to: "Package.swift")
      try project.save("import Words\nlet text = word\n", to: project.textFile)
      try serve(project) { served in
        #expect(try served.get().text == "one")
        try directory.write("public let word = \"two\"\n", to: "words/Sources/Words/Words.swift")
        #expect(try served.get().text == "two")
        try directory.write("public let word = \"six\"\n", to: "words/Sources/Words/Words.swift")
        #expect(try served.get().text == "six")
      }
    }
  }

  @Test func tenThousandFilesAreWatchedAndNoneIsMissed() throws {
    try withServedProject(
      prepare: { project in
        for number in 0..<10_000 {
          try project.save("", to: "Sources/App/many/\(number / 10)/part_\(number).h")
        }
      },
      { served in
        #expect(try served.get().text == "rev-1")
        for number in stride(from: 0, to: 10_000, by: 2_000) {
          try served.project.save(
            "#define TEXT \"at-\(number)\"\n",
            to: "Sources/App/many/\(number / 10)/part_\(number).h"
          )
          try served.project.save(
            "#include \"many/\(number / 10)/part_\(number).h\"\nconst char *const text = TEXT;\n",
            to: served.project.textFile
          )
          #expect(try served.get().text == "at-\(number)")
        }
      }
    )
  }

  private func withSwiftProject(_ body: (ServedProject) throws -> Void) throws {
    try withScratchDirectory(named: "swift") { directory in
      try serve(try Project.swift(in: directory)) { try body($0) }
    }
  }
}
