import SlipwayDebug
import SlipwaySystem
import SlipwayTestSupport
import Testing

/// What the settings are good for, shown by the real debuggers: each is tried with them and without.
@Suite(.serialized, .timeLimit(.minutes(10)), .slow) struct DebuggerEffectTests {
  private static let cSource = """
    int number(int x) {
      return x + 41; // the moved line
    }
    int main(void) { return number(1); }

    """

  @Test func sourcesThatHaveMovedAreShown() throws {
    try withScratchDirectory { scratch in
      try scratch.write(Self.cSource, to: "old tree/main.c")
      try scratch.shell("clang -g -o program 'old tree/main.c' && mv 'old tree' 'new tree'")
      let settings = DebuggerSettings(
        sources: [
          .init(compiled: scratch.path("old tree"), present: scratch.path("new tree"))
        ]
      )
      for tool in Self.tools {
        let list = tool.kind == .gdb ? "list number" : "source list -n number"
        let program = scratch.path("program")
        #expect(
          try tool.said(settings, [tool.load(program), list], scratch).contains("the moved line"),
          "\(tool.path)"
        )
        #expect(
          try !tool.said(nil, [tool.load(program), list], scratch).contains("the moved line"),
          "\(tool.path)"
        )
      }
    }
  }

  @Test func symbolsThatLieElsewhereAreFound() throws {
    try withScratchDirectory { scratch in
      try scratch.write(Self.cSource, to: "main.c")
      try scratch.shell(
        """
        clang -g -Wl,--build-id=sha1 -o program main.c
        id=$(readelf -n program | sed -n 's/.*Build ID: //p')
        place="symbols of mine/.build-id/$(echo $id | cut -c1-2)"
        mkdir -p "$place"
        objcopy --only-keep-debug program "$place/$(echo $id | cut -c3-).debug"
        objcopy --strip-debug program
        """
      )
      let settings = DebuggerSettings(symbols: [scratch.path("symbols of mine")])
      for tool in Self.tools {
        let ask = tool.kind == .gdb ? "info line number" : "image lookup -v -n number"
        let program = scratch.path("program")
        #expect(
          try tool.said(settings, [tool.load(program), ask], scratch).contains("main.c"),
          "\(tool.path)"
        )
        #expect(
          try !tool.said(nil, [tool.load(program), ask], scratch).contains("main.c"),
          "\(tool.path)"
        )
      }
    }
  }

  /// Modules that the program itself does not import.
  @Test func expressionsImportModulesFromElsewhere() throws {
    guard let tool = Self.tools.first(where: \.knowsSwift) else { return }
    try withScratchDirectory { scratch in
      try scratch.write(
        "public struct Tables { public static func five(_ x: Int) -> Int { x * 5 } }\n",
        to: "Tables.swift"
      )
      try scratch.write(
        "func work(_ n: Int) -> Int {\n  let doubled = n * 2\n  return doubled\n}\nprint(work(4))\n",
        to: "main.swift"
      )
      try scratch.write("static inline int twice(int x) { return 2 * x; }\n", to: "in c'l/c.h")
      try scratch.write("module CTables { header \"c.h\" }\n", to: "in c'l/module.modulemap")
      try scratch.makeDirectory("my modules")
      try scratch.shell(
        """
        swiftc -emit-module -module-name Tables -emit-module-path 'my modules/Tables.swiftmodule' \
          Tables.swift
        swiftc -emit-library -module-name Tables -o libTables.so Tables.swift \
          -Xlinker -soname=libTables.so
        swiftc -g -Onone -o program main.swift -L. -Xlinker --no-as-needed -lTables \
          -Xlinker -rpath -Xlinker "$PWD"
        """
      )
      let settings = DebuggerSettings(
        swiftModules: ["/elsewhere", scratch.path("my modules")],
        headers: ["/elsewhere", scratch.path("in c'l")]
      )
      func result(_ settings: DebuggerSettings?, _ module: String, _ call: String) throws -> String
      {
        let commands = [
          "settings set target.disable-aslr false", tool.load(scratch.path("program")),
          "breakpoint set -f main.swift -l 3", "run", "expr -l swift -- import \(module)",
          "expr -l swift -- \(call)",
        ]
        return try tool.said(settings, commands, scratch)
      }
      #expect(try result(settings, "Tables", "Tables.five(doubled)").contains("= 40"))
      #expect(try !result(nil, "Tables", "Tables.five(doubled)").contains("= 40"))
      #expect(try result(settings, "CTables", "CTables.twice(21)").contains("= 42"))
      #expect(try !result(nil, "CTables", "CTables.twice(21)").contains("= 42"))
    }
  }

  private static let tools = DebuggerTools.here.all(.lldb) + DebuggerTools.here.all(.gdb)
}

extension DebuggerTool {
  fileprivate func load(_ program: String) -> String {
    kind == .gdb ? "file \(program)" : "target create \(program)"
  }

  /// What the debugger says to commands, after the settings.
  fileprivate func said(
    _ settings: DebuggerSettings?,
    _ commands: [String],
    _ scratch: ScratchDirectory
  ) throws -> String {
    let own = kind == .gdb ? settings?.gdbCommands : settings?.lldbCommands
    try scratch.write(((own ?? []) + commands).map { $0 + "\n" }.joined(), to: "commands")
    let file = scratch.path("commands")
    let run = try run(
      kind == .gdb
        ? ["-nx", "-batch", "-x", file] : ["--no-lldbinit", "--batch", "-s", file]
    )
    return run.lines.filter { !$0.hasPrefix("(lldb)") }.joined(separator: "\n")
  }
}

extension ScratchDirectory {
  fileprivate func shell(_ script: String) throws {
    let run = try CommandRun(["/bin/sh", "-c", "set -e\ncd '\(path)'\n\(script)"])
    try #require(run.end == .exited(0), "\(run.text)")
  }
}
