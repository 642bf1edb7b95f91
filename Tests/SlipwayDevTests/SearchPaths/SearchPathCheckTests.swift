import Glibc
import SlipwayBuild
import SlipwayDev
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct SearchPathCheckTests {
  private func findings(
    _ entries: [SearchPaths.Entry],
    package: String = "/nowhere",
    target: MountConfiguration.Target? = nil,
    build: BuildSettings? = nil,
    environment: [String: String] = [:]
  ) -> [Finding] {
    var configuration = DevConfiguration(directory: package)
    configuration.mounts = [
      MountConfiguration(prefix: "/", target: target ?? .swift(package: package, product: nil))
    ]
    configuration.searchPaths = SearchPaths(entries)
    configuration.build = build
    return Checkup(configuration: configuration, environment: environment).checkSearchPaths()
  }

  @Test func namesWhatDoesNotExist() throws {
    try withScratchDirectory { scratch in
      try scratch.write("", to: "file")
      let found = findings([
        .init(.libraries, scratch.path), .init(.headers, scratch.path("no")),
        .init(.symbols, scratch.path("file")), .init(.debuggerScripts, scratch.path("file")),
      ])
      #expect(found.map(\.verdict) == [.warn, .warn])
      #expect(found[0].message.contains("\(scratch.path("no")), a search path for headers"))
      #expect(found[1].message.contains("\(scratch.path("file")), a search path for symbols"))
    }
  }

  @Test func namesModulesThatShadowOthers() throws {
    try withScratchDirectory { scratch in
      try scratch.makeDirectory("one/Maths.swiftmodule")
      try scratch.write("", to: "two/Maths.swiftmodule")
      try scratch.write("", to: "two/Other.swiftmodule")
      try scratch.write("", to: "app/.build/debug/Modules/Other.swiftmodule")
      let found = findings(
        [.init(.swiftModules, scratch.path("one")), .init(.swiftModules, scratch.path("two"))],
        package: scratch.path("app")
      )
      #expect(found.count == 2)
      #expect(found[0].message.contains("The module Maths is in \(scratch.path("one")) and"))
      #expect(found[1].message.contains("Other is in \(scratch.path("two")) and"))
      #expect(found[1].message.contains(scratch.path("app/.build/debug/Modules")))
    }
  }

  @Test func looksAtTheModulesOfTheConfigurationThatIsBuilt() throws {
    try withScratchDirectory { scratch in
      try scratch.write("", to: "outside/Maths.swiftmodule")
      try scratch.write("", to: "app/.build/release/Modules/Maths.swiftmodule")
      let entries = [SearchPaths.Entry(.swiftModules, scratch.path("outside"))]
      var release = BuildSettings()
      release.configuration = .release
      let found = findings(entries, package: scratch.path("app"), build: release)
      #expect(found.map(\.verdict) == [.warn])
      #expect(found[0].message.contains(scratch.path("app/.build/release/Modules")))
      #expect(findings(entries, package: scratch.path("app")).map(\.verdict) == [.ok])
    }
  }

  @Test func namesModulesThatShadowTheToolchains() throws {
    try withScratchDirectory { scratch in
      try scratch.write("", to: "toolchain/bin/swiftc")
      chmod(scratch.path("toolchain/bin/swiftc"), 0o755)
      try scratch.makeDirectory("toolchain/lib/swift/linux/Foundation.swiftmodule")
      try scratch.makeDirectory("modules/Foundation.swiftmodule")
      let found = findings(
        [.init(.swiftModules, scratch.path("modules"))],
        environment: ["PATH": "/nowhere:\(scratch.path("toolchain/bin"))"]
      )
      #expect(found.count == 1)
      #expect(found.first?.message.contains("The module Foundation is in") == true)
    }
  }

  /// A library that the whole system uses would be another one for the application alone.
  @Test func namesLibrariesThatShadowTheSystems() throws {
    try withScratchDirectory { scratch in
      try scratch.write("", to: "lib/libc.so.6")
      try scratch.write("", to: "lib/libmine.so")
      try scratch.write("", to: "python/json.py")
      try scratch.write("", to: "more/json/__init__.py")
      let found = findings([
        .init(.libraries, scratch.path("lib")), .init(.python, scratch.path("python")),
        .init(.python, scratch.path("more")),
      ])
      #expect(found.contains { $0.message.contains("The library libc.so.6 is in") })
      #expect(found.contains { $0.message.contains("The Python module json is in") })
      #expect(!found.contains { $0.message.contains("libmine") })
    }
  }

  @Test func theSameDirectoryUnderTwoNamesShadowsNothing() throws {
    try withScratchDirectory { scratch in
      try scratch.write("", to: "real/Maths.swiftmodule")
      try scratch.link("link", to: scratch.path("real"))
      let found = findings([
        .init(.swiftModules, scratch.path("real")), .init(.swiftModules, scratch.path("link")),
      ])
      #expect(found.map(\.verdict) == [.ok])
    }
  }

  @Test func namesScriptsThatLLDBCannotImport() throws {
    try withScratchDirectory { scratch in
      try scratch.write("import lldb\n", to: "scripts/my-helpers.py")
      let found = findings([.init(.debuggerScripts, scratch.path("scripts"))])
      #expect(found.map(\.verdict) == [.warn])
      #expect(found[0].message.contains("my-helpers.py"))
    }
  }
}
