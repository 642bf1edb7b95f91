import SlipwayDev
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct SearchPathCheckTests {
  private func findings(
    _ entries: [SearchPaths.Entry],
    package: String = "/nowhere"
  ) -> [Finding] {
    var configuration = DevConfiguration(directory: package)
    configuration.mounts = [
      MountConfiguration(prefix: "/", target: .swift(package: package, product: nil))
    ]
    configuration.searchPaths = SearchPaths(entries)
    return Checkup(configuration: configuration, environment: [:]).checkSearchPaths()
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

  /// A library that the whole system uses would be another one for the application alone.
  @Test func namesLibrariesThatShadowTheSystems() throws {
    try withScratchDirectory { scratch in
      try scratch.write("", to: "lib/libc.so")
      try scratch.write("", to: "lib/libmine.so")
      try scratch.write("", to: "python/json.py")
      try scratch.makeDirectory("more/json")
      let found = findings([
        .init(.libraries, scratch.path("lib")), .init(.python, scratch.path("python")),
        .init(.python, scratch.path("more")),
      ])
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
