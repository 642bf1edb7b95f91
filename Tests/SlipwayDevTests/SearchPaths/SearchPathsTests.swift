import SlipwayDebug
import SlipwayDev
import SlipwaySystem
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct SearchPathsTests {
  private func resolve(
    _ yaml: String,
    flags: [Setting: [String]] = [:],
    environment: [String: String] = [:]
  ) throws -> (DevConfiguration, String) {
    try withScratchDirectory { scratch in
      try scratch.write("mounts:\n  /: files:.\n\(yaml)", to: "slipway.yaml")
      var all = ConfigurationSources.Flags()
      all.path = scratch.path
      all.settings = flags
      let sources = ConfigurationSources(
        flags: all,
        environment: environment.merging(["HOME": "/home/me"]) { $1 },
        workingDirectory: "/work",
        processID: 1
      )
      return (try sources.resolve(), scratch.path)
    }
  }

  @Test func areReadFromTheFileRelativeToIt() throws {
    let (configuration, directory) = try resolve(
      """
      search-paths:
        libraries: [lib, ~/lib, /opt/x/lib]
        headers: ../include
        sources: /build/app=src
      debugger-environment:
        PYTHONHOME: ~/python
      """
    )
    let paths = configuration.searchPaths
    #expect(paths[.libraries] == ["\(directory)/lib", "/home/me/lib", "/opt/x/lib"])
    #expect(paths[.headers] == ["/tmp/include"])
    #expect(
      paths.debuggerSettings.sources == [.init(compiled: "/build/app", present: "\(directory)/src")]
    )
    #expect(configuration.debuggerEnvironment == ["PYTHONHOME": "/home/me/python"])
  }

  /// One for a session must not take those away without which nothing builds.
  @Test func ofFlagsAndEnvironmentComeBeforeThoseOfTheFile() throws {
    let (configuration, _) = try resolve(
      "search-paths:\n  libraries: [/file, /both]\n",
      flags: [.searchPaths: ["libraries=flag", "libraries=/both", "symbols=/s"]],
      environment: ["SLIPWAY_SEARCH_PATH": "libraries=/variable,sources=.=/here"]
    )
    let paths = configuration.searchPaths
    #expect(paths[.libraries] == ["/work/flag", "/both", "/variable", "/file"])
    #expect(paths[.symbols] == ["/s"])
    #expect(paths.entries.first { $0.kind == .sources }?.compiledAt == ".")
  }

  @Test func reachTheBuildInOrder() {
    let paths = SearchPaths([
      .init(.libraries, "/l 1"), .init(.libraries, "/l2"), .init(.swiftModules, "/m"),
      .init(.headers, "/h"), .init(.symbols, "/s"), .init(.libraries, "/l2"),
    ])
    #expect(
      paths.buildArguments == [
        "-Xswiftc", "-I", "-Xswiftc", "/m", "-Xcc", "-I/h", "-Xlinker", "-L/l 1", "-Xlinker",
        "-rpath", "-Xlinker", "/l 1", "-Xlinker", "-L/l2", "-Xlinker", "-rpath", "-Xlinker", "/l2",
        "-Xlinker", "--disable-new-dtags",
      ]
    )
    #expect(SearchPaths([.init(.symbols, "/s")]).buildArguments.isEmpty)
  }

  @Test(arguments: [
    ("  librarys: x\n", "libraries"), ("  sources: x\n", "OLD=NEW"), ("  sources: =x\n", "OLD=NEW"),
    ("  headers: 'a:b'\n", "colon"), ("  python: ''\n", "path"),
  ])
  func whatCannotBeMeantIsExplained(_ yaml: String, _ word: String) throws {
    let error = #expect(throws: ConfigurationError.self) {
      try resolve("search-paths:\n\(yaml)")
    }
    let told = try #require(error)
    #expect(told.description.contains(word), "\(told)")
    #expect(told.description.contains("slipway.yaml:4"))
  }

  @Test func aFlagWithoutAKindIsExplained() {
    let error = #expect(throws: ConfigurationError.self) {
      try resolve("", flags: [.searchPaths: ["/just/a/directory"]])
    }
    #expect(error?.description.contains("--search-path") == true)
  }
}
