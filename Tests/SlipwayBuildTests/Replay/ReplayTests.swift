import Foundation
import Logging
import SlipwayBuild
import SlipwaySystem
import Testing

/// Replays beside real builds of one small package: an application's target, a target that it depends
/// on, and one in C.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ReplayTests {
  private let tools = ReplayTools()
  private var toolchain: Toolchain { tools.toolchain }
  private var build: ProductBuild { tools.build }

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

  /// In most saves there is nothing of which the module's interface would tell: then it is left as it is.
  @Test func anEditWithinFunctionsLeavesTheInterfaceAlone() async throws {
    try await withScratch(files: portPackage) { directory in
      let package = PackageUnderTest(directory, build, toolchain)
      func tools(_ body: String) -> [String: String] {
        ["Sources/Tools/Tools.swift": "public func tool() -> Int {\n\(body)\n}\n"]
      }
      _ = try package.save(tools("  3"))
      try await package.buildWithSwiftPM()
      let bodies: [(body: String, leaves: Bool)] = [
        ("  4", true),
        ("  var sum = 0\n  for each in 0..<4 { sum += each }\n  return sum", true),
        ("  func four() -> Int { 4 }\n  return [4].map { $0 + four() }[0]", true),
        ("  struct Local { var four = 4 }\n  return Local().four", false),
        ("  5", false),
        ("  6", true),
      ]
      for (body, leaves) in bodies {
        let rebuilt = try await package.rebuild(changed: package.save(tools(body)))
        #expect(rebuilt.isReplay)
        #expect(package.interfaces(of: "Tools").isEmpty == leaves, "\(body)")
        try await package.expectLibraryOfSwiftPM(rebuilt.outcome)
        try await package.buildWithSwiftPM()
      }
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

  /// lld does not know the option, which makes no difference to gold either.
  @Test func whatOnlyTheLinkerOfSwiftPMLinksIsLinkedByThat() async throws {
    try await withScratch(files: portPackage) { directory in
      let request = BuildRequest(
        packageDirectory: directory,
        product: "Lib",
        extraArguments: ["-Xlinker", "--icf-iterations=2"]
      )
      let package = PackageUnderTest(directory, build, toolchain, request)
      try await package.buildWithSwiftPM()
      for edition in 2...3 {
        let rebuilt = try await package.rebuild(
          changed: package.save(["Sources/Lib/Edition.swift": "let edition = \(edition)\n"])
        )
        #expect(rebuilt.isReplay)
        let library = try #require(rebuilt.outcome.success).libraryPath
        let ours = try Data(contentsOf: URL(filePath: library))
        #expect(!PackageUnderTest.isLinkedByLLD(ours))
        // The second time nobody tries.
        let plan = try Data(
          contentsOf: URL(filePath: "\(request.scratchDirectory)/slipway/Lib-debug/plan.json")
        )
        #expect(plan.range(of: Data("\"linker\":\"lld\"".utf8)) == nil)
        guard edition == 3 else { continue }
        let byHand = try #require(try await package.swiftBuild().success).libraryPath
        #expect(try Data(contentsOf: URL(filePath: byHand)) == ours)
      }
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
