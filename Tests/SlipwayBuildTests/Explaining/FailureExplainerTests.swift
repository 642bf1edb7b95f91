import Foundation
import Logging
import SlipwayBuild
import SlipwaySystem
import Testing

/// What is said beyond the words of compiler and linker, after real builds that fail.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FailureExplainerTests {
  private let toolchain: Toolchain

  init() {
    let locks = "\(FileManager.default.temporaryDirectory.path)/slipway-build-tests-locks"
    try? FileManager.default.createDirectory(atPath: locks, withIntermediateDirectories: true)
    toolchain = Toolchain(
      environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": locks]) { $1 }
    )
  }

  private static func manifest(dependencies: String = "", targets: String) -> String {
    """
    // swift-tools-version: 6.0
    import PackageDescription
    let package = Package(
      name: "quay",
      products: [.library(name: "Lib", type: .dynamic, targets: ["Lib"])],
      dependencies: [\(dependencies)],
      targets: [\(targets)]
    )
    """
  }

  /// The errors of a build of `app`.
  private func errors(
    _ files: [String: String],
    arguments: (String) -> [String] = { _ in [] },
    prepare: (String) async throws -> Void = { _ in }
  ) async throws -> [Diagnostic] {
    try await withScratch(files: files) { directory in
      try await prepare(directory)
      let request = BuildRequest(
        packageDirectory: "\(directory)/app",
        product: "Lib",
        extraArguments: arguments(directory)
      )
      let build = ProductBuild(toolchain: toolchain, logger: Logger(label: "test"))
      let failure = try #require(try await build.build(request, changed: []) { _ in }.failure)
      return failure.diagnostics.filter { $0.severity == .error }
    }
  }

  @Test func namesTheTargetThatAModuleIs() async throws {
    let errors = try await errors([
      "app/Package.swift": Self.manifest(
        targets: ".target(name: \"Lib\", path: \"Code\"), .target(name: \"Tools\")"
      ),
      "app/Code/Lib.swift": "import Tools\n",
      "app/Sources/Tools/Tools.swift": "public let tool = 1\n",
    ])
    #expect(
      errors.first?.remedy == """
        Tools is a target of this package. Add it to the dependencies of the target Lib in \
        Package.swift: "Tools"
        """
    )
  }

  @Test func namesTheProductThatAModuleIsOf() async throws {
    let harbour = """
      // swift-tools-version: 6.0
      import PackageDescription
      let package = Package(
        name: "harbour",
        products: [
          .library(name: "All", targets: ["Harbour", "Pier"]),
          .library(name: "HarbourKit", targets: ["Harbour"]),
        ],
        targets: [.target(name: "Harbour"), .target(name: "Pier")]
      )
      """
    let errors = try await errors([
      "app/Package.swift": Self.manifest(
        dependencies: ".package(path: \"../harbour\")",
        targets: ".target(name: \"Lib\")"
      ),
      "app/Sources/Lib/Lib.swift": "import Harbour\n",
      "harbour/Package.swift": harbour,
      "harbour/Sources/Harbour/Harbour.swift": "public let depth = 1\n",
      "harbour/Sources/Pier/Pier.swift": "public let length = 1\n",
    ])
    #expect(errors.first?.message.contains("no such module 'Harbour'") == true)
    #expect(
      errors.first?.remedy == """
        Add it to the dependencies of the target Lib in Package.swift: \
        .product(name: "HarbourKit", package: "harbour")
        """
    )
  }

  /// gold fails over C with debug information here, and says nothing but that.
  @Test func namesTheLibraryThatDefinesASymbol() async throws {
    let clang = try #require(toolchain.swift.map { String($0.dropLast("swift".count)) + "clang" })
    let errors = try await errors(
      [
        "app/Package.swift": Self.manifest(
          targets: ".target(name: \"Lib\", dependencies: [\"CBits\"]), .target(name: \"CBits\")"
        ),
        "app/Sources/Lib/Lib.swift": "import CBits\npublic func f() -> Int32 { bits() }\n",
        "app/Sources/CBits/bits.c":
          "int sound(void);\nint gone(void);\nint bits(void) { return sound() + gone(); }\n",
        "app/Sources/CBits/include/bits.h": "int bits(void);\n",
        "sounding.c": "int sound(void) { return 1; }\n",
      ],
      arguments: { ["-Xlinker", "-L\($0)"] }
    ) { directory in
      let made = try await ChildProcess(
        executable: clang,
        arguments: ["-shared", "-fPIC", "-o", "libsounding.so", "sounding.c"],
        environment: ProcessInfo.processInfo.environment,
        directory: directory
      )
      .run { _ in }
      #expect(made == .exited(0))
    }
    let sound = try #require(errors.first { $0.message.contains("sound") })
    let remedy = try #require(sound.remedy)
    #expect(remedy.contains("/libsounding.so defines it."))
    #expect(
      remedy.hasSuffix(
        "the linkerSettings of the target CBits in Package.swift: .linkedLibrary(\"sounding\")"
      )
    )
    let gone = try #require(errors.first { $0.message.contains("gone") })
    #expect(gone.remedy?.hasPrefix("Nothing that Lib is linked with defines it.") == true)
  }

  @Test func writesASymbolOfSwiftAsItsDeclaration() async throws {
    let errors = try await errors([
      "app/Package.swift": Self.manifest(targets: ".target(name: \"Lib\")"),
      "app/Sources/Lib/Lib.swift": """
      @_silgen_name("$s7Harbour5depthSiyF") func depth() -> Int
      public func f() -> Int { depth() }
      """,
    ])
    let error = try #require(errors.first { $0.message.contains("Harbour") })
    #expect(error.message.contains("Harbour.depth() -> Swift.Int"))
    #expect(error.remedy?.contains("the module Harbour") == true)
  }

  @Test func saysWhichPackageOfDebianASystemLibraryComesFrom() async throws {
    let target = """
      .target(name: "Lib", dependencies: ["CShip"]),
      .systemLibrary(name: "CShip", providers: [.apt(["libship-dev"])])
      """
    let errors = try await errors([
      "app/Package.swift": Self.manifest(targets: target),
      "app/Sources/Lib/Lib.swift": "import CShip\n",
      "app/Sources/CShip/module.modulemap":
        "module CShip [system] { header \"shim.h\" link \"ship\" export * }\n",
      "app/Sources/CShip/shim.h": "#include <ship/hull.h>\n",
    ])
    #expect(errors.contains { $0.remedy?.hasSuffix("apt-get install libship-dev") == true })
    let unlinked = try await self.errors([
      "app/Package.swift": Self.manifest(targets: target),
      "app/Sources/Lib/Lib.swift": "import CShip\n",
      "app/Sources/CShip/module.modulemap":
        "module CShip [system] { header \"shim.h\" link \"ship\" export * }\n",
      "app/Sources/CShip/shim.h": "",
    ])
    #expect(unlinked.contains { $0.remedy?.hasSuffix("apt-get install libship-dev") == true })
  }

  @Test func saysThatOnlyTheDevelopmentFilesAreMissing() async throws {
    let errors = try await errors(
      [
        "app/Package.swift": Self.manifest(targets: ".target(name: \"Lib\")"),
        "app/Sources/Lib/Lib.swift": "public let a = 1\n",
        "libmooring.so.3": "",
      ],
      arguments: { ["-Xlinker", "-L\($0)", "-Xlinker", "-lmooring"] }
    )
    let error = try #require(errors.first { $0.message.contains("mooring") })
    #expect(error.remedy?.contains("/libmooring.so.3 is there, but no libmooring.so") == true)
  }
}
