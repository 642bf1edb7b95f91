package import SlipwayDebug

// What the parts of the server are told of search paths.
extension SearchPaths {
  /// Arguments for `swift build`.
  ///
  /// Libraries are found at run time by an entry in the application's library. It is a DT_RPATH, not
  /// the usual DT_RUNPATH: the loader asks it for what those libraries need in turn, too, and for what
  /// they and the application open with dlopen(3). See ld.so(8).
  package var buildArguments: [String] {
    let frameworks = self[.frameworks]
    let swift =
      self[.swiftModules].flatMap { ["-I", $0] } + frameworks.flatMap { ["-F", $0] }
      // The driver has clang link, with these, and clang would warn that it had no use for them.
      + (frameworks.isEmpty ? [] : ["-Xclang-linker", "-Wno-unused-command-line-argument"])
    let clang = self[.headers].map { "-I\($0)" } + frameworks.map { "-F\($0)" }
    let libraries = self[.libraries]
    let linker =
      libraries.flatMap { ["-L\($0)", "-rpath", $0] }
      + (libraries.isEmpty ? [] : ["--disable-new-dtags"])
    return swift.flatMap { ["-Xswiftc", $0] } + clang.flatMap { ["-Xcc", $0] }
      + linker.flatMap { ["-Xlinker", $0] }
  }

  /// What debuggers are to be told. Reads the directories of scripts.
  package var debuggerSettings: DebuggerSettings {
    DebuggerSettings(
      swiftModules: self[.swiftModules],
      headers: self[.headers],
      libraries: self[.libraries],
      frameworks: self[.frameworks],
      sources: entries.compactMap { entry in
        entry.compiledAt.map { .init(compiled: $0, present: entry.path) }
      },
      symbols: self[.symbols],
      scripts: DebuggerScripts(in: self[.debuggerScripts])
    )
  }
}
