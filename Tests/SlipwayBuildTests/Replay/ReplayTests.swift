import Foundation
import Logging
import SlipwayBuild
import SlipwaySystem
import Testing

/// Replays beside real builds of one small package: an application's target, a target that it depends
/// on, and one in C.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ReplayTests {
  private let toolchain: Toolchain
  private let build: ProductBuild

  init() {
    let locks = "\(FileManager.default.temporaryDirectory.path)/slipway-build-tests-locks"
    try? FileManager.default.createDirectory(atPath: locks, withIntermediateDirectories: true)
    toolchain = Toolchain(
      environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": locks]) { $1 }
    )
    var logger = Logger(label: "test")
    logger.logLevel = ProcessInfo.processInfo.environment["REPLAY_LOG"] == nil ? .info : .debug
    build = ProductBuild(toolchain: toolchain, logger: logger)
  }

  @Test func makesTheLibraryThatSwiftPMWouldMake() async throws {
    try await withScratch(files: portPackage) { directory in
      let package = PackageUnderTest(directory, build, toolchain)
      try await package.buildWithSwiftPM()
      // A body: only its own source is compiled.
      try await package.expectTheSame(
        after: ["Sources/Lib/Lib.swift": portPackage["Sources/Lib/Lib.swift"]! + "\n// more\n"]
      )
      // A declaration that another source uses.
      try await package.expectTheSame(after: ["Sources/Lib/Edition.swift": "let edition = 2\n"])
      try await package.expectTheSame(
        after: ["Sources/Lib/Edition.swift": "let edition = \"three\"\n"]
      )
      // The body of a function in another target, then its interface.
      try await package.expectTheSame(
        after: ["Sources/Tools/Tools.swift": "public func tool() -> Int { 4 }\n"]
      )
      try await package.expectTheSame(
        after: [
          "Sources/Tools/Tools.swift": "public func tool(_ more: Int = 1) -> Int { 5 + more }\n"
        ]
      )
      try await package.expectTheSame(after: [
        "Sources/CBits/bits.c": "int bits(void) { return 6; }\n"
      ])
      // Two targets at once, and a library that was not imported before.
      try await package.expectTheSame(
        after: [
          "Sources/Tools/Tools.swift":
            "import Foundation\npublic func tool() -> Int { Int(Date.now.timeIntervalSince1970) }\n",
          "Sources/Lib/Edition.swift": "import Tools\nlet edition = tool()\n",
        ]
      )
    }
  }

  @Test func saysWhatSwiftPMWouldSay() async throws {
    try await withScratch(files: portPackage) { directory in
      let package = PackageUnderTest(directory, build, toolchain)
      try await package.buildWithSwiftPM()
      // In a source, in what uses it, and in a target above.
      let found = try await package.expectTheSameFindings(
        after: ["Sources/Lib/Edition.swift": "let edition: Int = \"1\"\nlet unused = missing\n"]
      )
      #expect(found.first?.file?.hasSuffix("/Edition.swift") == true)
      try await package.expectTheSameFindings(
        after: [
          "Sources/Lib/Edition.swift": "let edition = 1\n",
          "Sources/Tools/Tools.swift": "public func tool(_ more: Int) -> Int { 3 }\n",
        ]
      )
      // What the compiler proposes.
      let source = "let maybe: Int? = 1\nlet edition: Int = maybe\n"
      let wrapped = try await package.expectTheSameFindings(
        after: ["Sources/Lib/Edition.swift": source]
      )
      let edits = wrapped.flatMap(\.notes).flatMap(\.fixIts)
      #expect(edits.map(\.text).contains("!"))
      #expect(edits.allSatisfy { $0.line == 2 && $0.column == 25 && $0.replaced == "" })
      // Warnings of what is compiled.
      let warned = try await package.rebuild(
        changed: package.save([
          "Sources/Tools/Tools.swift": "public func tool() -> Int { let unused = 1; return 3 }\n"
        ])
      )
      #expect(warned.outcome.success?.diagnostics.map(\.severity) == [.warning])
      try await package.expectLibraryOfSwiftPM(warned.outcome)
    }
  }

  /// A library could be linked all the same, and would not load.
  @Test func aSymbolThatNobodyDefinesIsAnErrorOfTheLinker() async throws {
    try await withScratch(files: portPackage) { directory in
      let package = PackageUnderTest(directory, build, toolchain)
      try await package.buildWithSwiftPM()
      let source = "@_silgen_name(\"nowhere\") func nowhere() -> Int\nlet edition = nowhere()\n"
      let found = try await package.expectTheSameFindings(
        after: ["Sources/Lib/Edition.swift": source]
      )
      #expect(found.contains { $0.severity == .error && $0.message.contains("nowhere") })
      // Whoever wants such a library has it.
      let lenient = BuildRequest(
        packageDirectory: directory,
        product: "Lib",
        extraArguments: ["-Xlinker", "--unresolved-symbols=ignore-all"]
      )
      let changed = try package.save(["Sources/Lib/Edition.swift": source])
      let outcome = try await build.build(lenient, changed: changed) { _ in }
      #expect(outcome.success != nil)
    }
  }

  @Test func leavesEverythingElseToSwiftPM() async throws {
    try await withScratch(files: portPackage) { directory in
      let package = PackageUnderTest(directory, build, toolchain)
      try await package.buildWithSwiftPM()
      let doubtful: [[String: String]] = [
        ["Sources/Lib/New.swift": "let new = 1\n"],
        ["Sources/CBits/include/bits.h": "int bits(void); int more(void);\n"],
        ["Package.swift": (portPackage["Package.swift"] ?? "") + "\n"],
      ]
      for sources in doubtful {
        let rebuilt = try await package.rebuild(changed: package.save(sources))
        #expect(!rebuilt.isReplay, "replayed after \(sources.keys)")
        try await package.expectLibraryOfSwiftPM(rebuilt.outcome)
        await build.prepare(package.request)
      }
      // What nobody has told of: a file that is gone, an object that is.
      try FileManager.default.removeItem(atPath: "\(directory)/Sources/Lib/New.swift")
      #expect(try await !package.rebuild(changed: []).isReplay)
      await build.prepare(package.request)
      // An editor's leftovers are no doubt.
      let saved = try package.save([
        "Sources/Lib/.Edition.swift.swp": "", "Sources/Lib/Edition.swift~": "",
        "Sources/Lib/Edition.swift": "let edition = 9\n",
      ])
      #expect(try await package.rebuild(changed: saved).isReplay)
    }
  }

  /// Tests, and the targets of other mounts, are edited beside the application.
  @Test func nobodyIsAskedAboutSourcesOfOtherTargets() async throws {
    try await withScratch(files: portPackage) { directory in
      let package = PackageUnderTest(directory, build, toolchain)
      try await package.buildWithSwiftPM()
      let manifest = "\(package.request.scratchDirectory)/debug.yaml"
      func planned() throws -> Date? {
        try FileManager.default.attributesOfItem(atPath: manifest)[.modificationDate] as? Date
      }
      let before = try planned()
      let aside = try package.save(["Sources/Aside/Aside.swift": "let aside = missing\n"])
      let first = try await package.rebuild(changed: aside)
      #expect(first.outcome.success != nil)
      let both = try package.save([
        "Sources/Aside/Aside.swift": "let aside = 3\n",
        "Sources/Lib/Edition.swift": "let edition = 3\n",
      ])
      #expect(try await package.rebuild(changed: both).isReplay)
      // SwiftPM writes its plan whenever it is asked.
      #expect(try planned() == before)
      let new = try package.save(["Sources/Aside/New.swift": "let new = 3\n"])
      #expect(try await package.rebuild(changed: new).outcome.success != nil)
      #expect(try planned() != before)
    }
  }

  /// The packages of two mounts, or two products of one, are built one after the other.
  @Test func twoProductsOfOnePackageDoNotGetIntoEachOthersWay() async throws {
    var files = portPackage
    files["Package.swift"] = files["Package.swift"]?
      .replacingOccurrences(
        of: "products: [",
        with: "products: [.library(name: \"Aside\", type: .dynamic, targets: [\"Aside\"]), "
      )
      .replacingOccurrences(
        of: ".target(name: \"Aside\")",
        with: ".target(name: \"Aside\", dependencies: [\"Tools\"])"
      )
    files["Sources/Aside/Aside.swift"] = "import Tools\npublic let aside = tool()\n"
    try await withScratch(files: files) { directory in
      let package = PackageUnderTest(directory, build, toolchain)
      let other = BuildRequest(packageDirectory: directory, product: "Aside")
      try await package.buildWithSwiftPM()
      #expect(try await build.build(other, changed: []) { _ in }.success != nil)
      await build.prepare(other)
      await build.prepare(package.request)
      // What both have in them, in body and in interface; then what one has.
      let texts: [[String: String]] = [
        ["Sources/Tools/Tools.swift": "public func tool() -> Int { 4 }\n"],
        ["Sources/Tools/Tools.swift": "public func tool(_ more: Int = 1) -> Int { more }\n"],
        ["Sources/Lib/Edition.swift": "let edition = 4\n"],
        ["Sources/Tools/Tools.swift": "public func tool() -> Int { 5 }\n"],
      ]
      for text in texts {
        let changed = try package.save(text)
        let one = try await package.rebuild(changed: changed).outcome
        let two = try await build.build(other, changed: changed) { _ in }
        let oneBytes = try Data(contentsOf: URL(filePath: #require(one.success).libraryPath))
        let twoBytes = try Data(contentsOf: URL(filePath: #require(two.success).libraryPath))
        try await package.nextSecond()
        #expect(try await package.bytesOfSwiftPM(for: package.request) == oneBytes, "\(text)")
        #expect(try await package.bytesOfSwiftPM(for: other) == twoBytes, "\(text)")
        for request in [package.request, other] {
          #expect(try await build.build(request, changed: []) { _ in }.success != nil)
          await build.prepare(request)
        }
      }
    }
  }

  /// SwiftPM copies them, and makes a source that finds them.
  @Test func aTargetWithResourcesIsBuiltAndFindsThem() async throws {
    var files = portPackage
    files["Package.swift"] = files["Package.swift"]?
      .replacingOccurrences(
        of: "dependencies: [\"Tools\", \"CBits\"]",
        with: "dependencies: [\"Tools\", \"CBits\"], resources: [.copy(\"words.txt\")]"
      )
    files["Sources/Lib/words.txt"] = "one"
    files["Sources/Lib/Words.swift"] =
      "import Foundation\npublic func words() -> String? { Bundle.module.path(forResource: \"words\", ofType: \"txt\") }\n"
    try await withScratch(files: files) { directory in
      let package = PackageUnderTest(directory, build, toolchain)
      try await package.buildWithSwiftPM()
      let resource = "\(package.request.scratchDirectory)/debug/port_Lib.resources/words.txt"
      #expect(try String(contentsOfFile: resource, encoding: .utf8) == "one")
      // A changed resource is for SwiftPM to copy, whoever built last.
      for (index, word) in ["two", "three"].enumerated() {
        let source = try package.save(["Sources/Lib/Edition.swift": "let edition = \(index + 2)\n"])
        try await package.expectLibraryOfSwiftPM(package.rebuild(changed: source).outcome)
        let changed = try package.save(["Sources/Lib/words.txt": word])
        let rebuilt = try await package.rebuild(changed: changed)
        #expect(!rebuilt.isReplay)
        #expect(rebuilt.outcome.success != nil)
        #expect(try String(contentsOfFile: resource, encoding: .utf8) == word)
        await build.prepare(package.request)
      }
    }
  }

  @Test func aReleaseBuildIsSwiftPMsEachTime() async throws {
    try await withScratch(files: portPackage) { directory in
      let request = BuildRequest(
        packageDirectory: directory,
        product: "Lib",
        configuration: .release
      )
      let package = PackageUnderTest(directory, build, toolchain)
      for edition in 1...2 {
        let changed = try package.save([
          "Sources/Lib/Edition.swift": "let edition = \(edition)\n"
        ])
        let success = try #require(
          try await build.build(request, changed: changed) { _ in }.success
        )
        #expect(success.stages == nil)
        #expect(success.libraryPath.hasSuffix("/release/libLib.so"))
        await build.prepare(request)
      }
      let broken = try package.save([
        "Sources/Lib/Edition.swift": "let maybe: Int? = 1\nlet edition: Int = maybe\n"
      ])
      let failure = try #require(
        try await build.build(request, changed: broken) { _ in }.failure
      )
      #expect(failure.diagnostics.first?.line == 2)
    }
  }

  @Test func losesNothingWhenCancelledOrCutShort() async throws {
    try await withScratch(files: portPackage) { directory in
      let package = PackageUnderTest(directory, build, toolchain)
      try await package.buildWithSwiftPM()
      let changed = try package.save(["Sources/Lib/Edition.swift": "let edition = 7\n"])
      for delay in [0, 20, 60, 150] {
        let task = Task { try await package.rebuild(changed: changed) }
        try await Task.sleep(for: .milliseconds(delay))
        task.cancel()
        _ = try? await task.value
      }
      let rebuilt = try await package.rebuild(changed: changed)
      try await package.expectLibraryOfSwiftPM(rebuilt.outcome)
      try await package.buildWithSwiftPM()
      // The server was killed while a compiler had written, and nobody had moved it.
      let next = try package.save(["Sources/Lib/Edition.swift": "let edition = 8\n"])
      #expect(try await package.rebuild(changed: next).isReplay)
      let place = "\(package.request.scratchDirectory)/debug/Lib.build/Edition.swift.o"
      #expect(!FileManager.default.fileExists(atPath: place))
      try write("no object", to: place)
      let last = try await package.rebuild(
        changed: package.save(["Sources/Lib/Edition.swift": "let edition = 7\n"])
      )
      #expect(!last.isReplay)
      try await package.expectLibraryOfSwiftPM(last.outcome)
    }
  }
}

/// The package of the tests of replays.
let portPackage = [
  "Package.swift": """
  // swift-tools-version: 6.0
  import PackageDescription
  let package = Package(
    name: "port",
    products: [.library(name: "Lib", type: .dynamic, targets: ["Lib"])],
    targets: [
      .target(name: "Lib", dependencies: ["Tools", "CBits"]),
      .target(name: "Tools"),
      .target(name: "CBits"),
      .target(name: "Aside"),
    ]
  )
  """,
  "Sources/Lib/Lib.swift": """
  import CBits
  import Tools

  public func answer() -> String { "\\(edition) \\(tool()) \\(bits())" }
  """,
  "Sources/Lib/Edition.swift": "let edition = 1\n",
  "Sources/Lib/Other.swift": "public struct Other { public var name = \"other\" }\n",
  "Sources/Tools/Tools.swift": "public func tool() -> Int { 3 }\n",
  "Sources/Aside/Aside.swift": "let aside = 1\n",
  "Sources/CBits/bits.c": "int bits(void) { return 1; }\n",
  "Sources/CBits/include/bits.h": "int bits(void);\n",
]
