/// What a debugger is told before it attaches, so that it finds sources, symbols, modules and scripts.
///
/// All paths are absolute and hold no line break and no colon, which lists of directories cannot say.
package struct DebuggerSettings: Sendable, Equatable {
  /// Directories with `.swiftmodule`s, for expressions that import them.
  package var swiftModules: [String]

  /// Directories with C headers and module maps.
  package var headers: [String]

  /// Directories with shared libraries.
  package var libraries: [String]

  /// Directories with frameworks.
  package var frameworks: [String]

  /// Where sources were when they were compiled, and where they are.
  package var sources: [SourceMap]

  /// Directories with separate debug information.
  package var symbols: [String]

  /// Files that extend the debugger.
  package var scripts: DebuggerScripts

  package struct SourceMap: Sendable, Hashable {
    package var compiled: String
    package var present: String

    package init(compiled: String, present: String) {
      self.compiled = compiled
      self.present = present
    }
  }

  package init(
    swiftModules: [String] = [],
    headers: [String] = [],
    libraries: [String] = [],
    frameworks: [String] = [],
    sources: [SourceMap] = [],
    symbols: [String] = [],
    scripts: DebuggerScripts = DebuggerScripts()
  ) {
    self.swiftModules = swiftModules
    self.headers = headers
    self.libraries = libraries
    self.frameworks = frameworks
    self.sources = sources
    self.symbols = symbols
    self.scripts = scripts
  }
}

// MARK: - LLDB

extension DebuggerSettings {
  /// Commands for any LLDB from 15 on, to be given before it attaches: settings first, scripts last,
  /// for a script that fails keeps the rest of a file from being read.
  package var lldbCommands: [String] {
    var commands = [
      // A restart is no reason to stop: the breakpoints move into the new image by themselves.
      "settings set target.process.stop-on-exec false",
      // The source of the breakpoint that is hit is the one that has just been saved.
      "settings set use-source-cache false",
      // Or each end of a compiler stops the server for an instant, and is told of.
      "process handle SIGCHLD --pass true --stop false --notify false",
    ]
    func append(_ paths: [String], to setting: String) {
      commands += paths.map { "settings append target.\(setting) \($0.lldbQuoted)" }
    }
    /// Only the toolchain's LLDB has these: -e has others pass over them.
    func set(_ paths: [String], to setting: String) {
      guard !paths.isEmpty else { return }
      let list = paths.map(\.lldbQuoted).joined(separator: " ")
      commands.append("settings set -e target.\(setting) \(list)")
    }
    commands += sources.map {
      "settings append target.source-map \($0.compiled.lldbQuoted) \($0.present.lldbQuoted)"
    }
    append(libraries + symbols, to: "exec-search-paths")
    append(symbols, to: "debug-file-search-paths")
    set(swiftModules, to: "swift-module-search-paths")
    set(frameworks, to: "swift-framework-search-paths")
    append(headers, to: "clang-module-search-paths")
    if !headers.isEmpty {
      // Swift's expressions import C modules by these alone: measured with Swift 6.3.1. The -- stands
      // before the name of the setting, or it would become a part of the value.
      let flags = headers.map { "-I\($0.lldbQuoted)" }.joined(separator: " ")
      commands.append("settings set -e -- target.swift-extra-clang-flags \(flags)")
    }
    commands += scripts.lldbModules.map { "command script import \($0.lldbEscaped)" }
    commands += scripts.lldbCommands.map { "command source \($0.lldbEscaped)" }
    return commands
  }
}

extension String {
  /// A value of an LLDB setting. These commands take their line as it is, but for backticks, which are
  /// looked for even in quotes.
  var lldbQuoted: String { quoted(escaping: "\"\\`") }

  /// An argument of any other LLDB command: there a backslash before a backtick stays in quotes, and
  /// goes without them.
  var lldbEscaped: String {
    map { " \t'\"`\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
  }
}

// MARK: - gdb

extension DebuggerSettings {
  /// Commands for gdb, to be given before it attaches.
  package var gdbCommands: [String] {
    var commands = [
      // The server's files are this machine's: nothing has to be fetched over the connection.
      "set sysroot /",
      // Of every module file that the compiler has cached and gdb cannot read. It warns of them all the
      // same, at the start and after each restart, page by page, while the server is stopped.
      "set complaints 0",
      "set pagination off",
      // The library with the application in it comes and goes.
      "set breakpoint pending on",
    ]
    commands += sources.map {
      "set substitute-path \($0.compiled.gdbQuoted) \($0.present.gdbQuoted)"
    }
    // The last one that is given is searched first.
    commands += sources.reversed().map { "directory \($0.present.gdbQuoted)" }
    func set(_ paths: [String], to setting: String) {
      guard !paths.isEmpty else { return }
      // Taken as it stands to the end of the line.
      commands.append("set \(setting) \(paths.joined(separator: ":"))")
    }
    set(libraries + symbols, to: "solib-search-path")
    if !symbols.isEmpty { set(["/usr/lib/debug"] + symbols, to: "debug-file-directory") }
    commands += (scripts.gdbModules + scripts.gdbCommands).map { "source \($0)" }
    return commands
  }
}

extension String {
  /// One argument of those gdb commands that take several.
  var gdbQuoted: String { quoted(escaping: "\"\\") }

  private func quoted(escaping special: String) -> String {
    "\"" + map { special.contains($0) ? "\\\($0)" : "\($0)" }.joined() + "\""
  }
}
