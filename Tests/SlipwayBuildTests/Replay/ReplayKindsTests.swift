import Foundation
import Logging
import SlipwayBuild
import SlipwaySystem
import Testing

/// Replays, and what is left to SwiftPM, where there is more to a build than sources of one product.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ReplayKindsTests {
  private let tools = ReplayTools()
  private var toolchain: Toolchain { tools.toolchain }
  private var build: ProductBuild { tools.build }

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
      let other = BuildRequest(
        packageDirectory: directory,
        product: "Aside",
        extraArguments: [PackageUnderTest.planningAnew]
      )
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
        let oneByHand = try await package.bytesOfSwiftPM(for: package.request, like: oneBytes)
        let twoByHand = try await package.bytesOfSwiftPM(for: other, like: twoBytes)
        #expect(oneByHand == oneBytes, "\(text)")
        #expect(twoByHand == twoBytes, "\(text)")
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
}
