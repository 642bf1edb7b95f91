import SlipwayDebug
import SlipwaySystem
import SlipwayTestSupport
import Testing

/// The settings as the real debuggers take them, with names that have everything in them that has to be
/// quoted.
@Suite(.timeLimit(.minutes(5))) struct DebuggerSettingsTests {
  /// Spaces, both quotes, a backslash, a backtick and a dollar sign.
  private static let awkward = #"a b'c"d\e`f`g$h"#

  @Test func areTakenByEveryDebuggerThatIsInstalled() throws {
    try withScratchDirectory { scratch in
      let directory = scratch.path(Self.awkward)
      try scratch.makeDirectory(Self.awkward)
      let scripts = scratch.path("scripts \(Self.awkward)")
      try scratch.write("import lldb\nprint('lldb module')\n", to: "scripts \(Self.awkward)/one.py")
      try scratch.write("import gdb\nprint('gdb module')\n", to: "scripts \(Self.awkward)/two.py")
      try scratch.write("script print('lldb file')\n", to: "scripts \(Self.awkward)/a b.lldb")
      try scratch.write("echo gdb file\\n\n", to: "scripts \(Self.awkward)/a b.gdb")
      let settings = DebuggerSettings(
        swiftModules: [directory, "/second"],
        headers: [directory],
        libraries: [directory],
        frameworks: [directory],
        sources: [.init(compiled: "/old \(Self.awkward)", present: directory)],
        symbols: [directory, "/second"],
        scripts: DebuggerScripts(in: [scripts])
      )
      let tools = DebuggerTools.here
      for tool in tools.all(.lldb) + tools.all(.gdb) {
        let isGDB = tool.kind == .gdb
        let shown = isGDB ? Self.shownByGDB : Self.shownByLLDB(tool)
        let commands = (isGDB ? settings.gdbCommands : settings.lldbCommands) + shown
        try scratch.write(commands.map { $0 + "\n" }.joined(), to: "commands")
        let run = try tool.run(
          isGDB
            ? ["-nx", "-batch", "-x", scratch.path("commands")]
            : ["--no-lldbinit", "--batch", "-s", scratch.path("commands")]
        )
        // What a debugger shows of its settings, without the commands that it repeats.
        let said = run.lines.filter { !$0.hasPrefix("(lldb)") }.joined(separator: "\n")
        #expect(!said.contains("error:"), "\(tool.path): \(said)")
        let places = said.split(separator: directory, omittingEmptySubsequences: false).count - 1
        #expect(places >= (isGDB ? 4 : tool.knowsSwift ? 7 : 5), "\(tool.path): \(said)")
        #expect(said.contains("/old \(Self.awkward)"), "\(tool.path): \(said)")
        #expect(said.contains(isGDB ? "gdb module" : "lldb module"), "\(tool.path): \(said)")
        #expect(said.contains(isGDB ? "gdb file" : "lldb file"), "\(tool.path): \(said)")
        #expect(!said.contains(isGDB ? "lldb" : "gdb"), "\(tool.path): \(said)")
        if !isGDB {
          let handled = said.split(separator: "\n").first { $0.hasPrefix("SIGCHLD") }
          #expect(handled?.split(separator: " ").dropFirst() == ["true", "false", "false"])
        }
      }
    }
  }

  private static let shownByGDB = [
    "show substitute-path", "show directories", "show debug-file-directory",
    "show solib-search-path",
  ]

  private static func shownByLLDB(_ tool: DebuggerTool) -> [String] {
    let common = [
      "source-map", "exec-search-paths", "debug-file-search-paths", "clang-module-search-paths",
    ]
    let swift = ["swift-module-search-paths", "swift-framework-search-paths"]
    return (common + (tool.knowsSwift ? swift : [])).map { "settings show target.\($0)" }
  }

  @Test func scriptsGoToTheDebuggerWhoseModuleTheyImport() throws {
    try withScratchDirectory { scratch in
      try scratch.write("from lldb import SBValue\n", to: "a.py")
      try scratch.write("import sys, gdb\n", to: "b.py")
      try scratch.write(
        "try:\n  import lldb\nexcept ImportError:\n  import gdb.printing\n",
        to: "c.py"
      )
      try scratch.write("import os  # for lldbinit\n", to: "helper.py")
      try scratch.write("import lldb\n", to: "not-a-module.py")
      try scratch.write("", to: "notes.txt")
      let scripts = DebuggerScripts(in: [scratch.path, "/no/such/script.lldb"])
      #expect(scripts.lldbModules == [scratch.path("a.py"), scratch.path("c.py")])
      #expect(scripts.gdbModules == [scratch.path("b.py"), scratch.path("c.py")])
      #expect(scripts.misnamed == [scratch.path("not-a-module.py")])
      #expect(scripts.lldbCommands.isEmpty)
      #expect(DebuggerScripts(in: [scratch.path("b.py")]).gdbModules == [scratch.path("b.py")])
    }
  }
}
