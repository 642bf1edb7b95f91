import Foundation
import Logging
import SlipwayBuild
import Testing

@Suite(.timeLimit(.minutes(5))) struct PackageInspectorTests {
  private static let dump = """
    {
      "products": [
        {"name": "App", "targets": ["App"], "type": {"library": ["dynamic"]}},
        {"name": "Plain", "targets": ["Plain"], "type": {"library": ["dynamic"]}},
        {"name": "Static", "targets": ["Inner"], "type": {"library": ["static"]}},
        {"name": "tool", "targets": ["App"], "type": {"executable": null}}
      ],
      "targets": [
        {"name": "App", "dependencies": [{"byName": ["Inner", null]}, {"somethingNew": []}]},
        {"name": "Inner", "dependencies": [
          {"target": ["App", null]}, {"product": ["SlipwayApp", "slipway", null, null]}
        ]},
        {"name": "Plain", "dependencies": []}
      ]
    }
    """

  @Test func tellsApplicationsFromOtherLibraries() async throws {
    try await withScratch(files: tinyPackage) { directory in
      let products = try await inspect(directory, printing: Self.dump)
      #expect(
        products == [
          LibraryProduct(name: "App", isDynamic: true, usesSlipwayApp: true),
          LibraryProduct(name: "Plain", isDynamic: true, usesSlipwayApp: false),
          LibraryProduct(name: "Static", isDynamic: false, usesSlipwayApp: true),
        ]
      )
      #expect(try products.choose(product: nil, in: directory) == "App")
    }
  }

  @Test func asksOnlyOnceWhileTheManifestIsTheSame() async throws {
    try await withScratch(files: tinyPackage) { directory in
      let cache = "\(directory)/package.json"
      let script = "echo asked >> count; cat dump.json"
      try write(Self.dump, to: "\(directory)/dump.json")
      let inspector = PackageInspector(
        toolchain: try fakeToolchain(script, in: directory),
        logger: Logger(label: "test")
      )
      func asked() async throws -> Int {
        _ = try await inspector.products(of: directory, cache: cache)
        return try String(contentsOfFile: "\(directory)/count", encoding: .utf8).utf8.count / 6
      }
      #expect(try await asked() == 1)
      #expect(try await asked() == 1)
      try write("// another one\n", to: "\(directory)/Package@swift-6.1.swift")
      #expect(try await asked() == 2)
      try write("garbage", to: cache)
      #expect(try await asked() == 3)
      #expect(try await asked() == 3)
      try write("// changed\n", to: "\(directory)/Package.swift")
      #expect(try await asked() == 4)
    }
  }

  @Test func saysThatThereIsNoManifest() async throws {
    try await withScratch { directory in
      await #expect(throws: BuildError.self) { try await inspect(directory, printing: "") }
      do throws(BuildError) {
        _ = try await PackageInspector(logger: Logger(label: "test"))
          .products(of: directory, cache: "\(directory)/cache")
      } catch {
        #expect(error.code == .noManifest)
      }
    }
  }

  @Test func saysThatTheAnswerWasNotUnderstood() async throws {
    try await withScratch(files: tinyPackage) { directory in
      do {
        _ = try await inspect(directory, printing: "[]")
        Issue.record("it was understood")
      } catch let error as BuildError {
        #expect(error.code == .manifestNotUnderstood)
      }
    }
  }

  private func inspect(_ directory: String, printing dump: String) async throws -> [LibraryProduct]
  {
    try write(dump, to: "\(directory)/dump.json")
    let inspector = PackageInspector(
      toolchain: try fakeToolchain("cat dump.json", in: directory),
      logger: Logger(label: "test")
    )
    return try await inspector.products(of: directory, cache: "\(directory)/package.json")
  }
}
