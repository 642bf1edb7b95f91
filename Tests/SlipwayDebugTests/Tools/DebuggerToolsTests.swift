import SlipwayDebug
import SlipwaySystem
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct DebuggerToolsTests {
  // MARK: - This machine's

  @Test func startsWhateverIsInstalledHere() throws {
    for kind in DebuggerTool.Kind.allCases {
      for tool in DebuggerTools.here.all(kind) {
        let run = try tool.run([kind == .lldbServer ? "version" : "--version"])
        #expect(run.end == .exited(0), "\(tool.path): \(run.lines)")
      }
    }
  }

  // MARK: - Where they are

  @Test func findsNothingWhereNothingIs() throws {
    let tools = DebuggerTools(environment: ["PATH": "/nowhere:relative"])
    for kind in DebuggerTool.Kind.allCases {
      let error = #expect(throws: DebugError.self) { try tools.find(kind) }
      #expect(error?.code == .toolMissing)
      #expect(error?.message.contains(kind.rawValue) == true)
      #expect(tools.all(kind).isEmpty)
    }
  }

  @Test func prefersTheToolchainAndThenTheHighestNumber() throws {
    try withScratchDirectory { scratch in
      try scratch.script("toolchain/usr/bin/swift-driver")
      try scratch.link("toolchain/usr/bin/swift", to: "swift-driver")
      try scratch.script("toolchain/usr/bin/lldb-server")
      try scratch.script("toolchain/usr/bin/lldb")
      for name in ["lldb-9", "lldb-19", "lldb-x", "lldb-dap-19"] {
        try scratch.script("usr/bin/\(name)")
      }
      try scratch.makeDirectory("bin")
      try scratch.link("bin/swift", to: scratch.path("toolchain/usr/bin/swift"))
      let path = "\(scratch.path("bin")):\(scratch.path("usr/bin"))"
      let tools = DebuggerTools(environment: ["PATH": path])
      #expect(
        tools.all(.lldb).map(\.path) == [
          scratch.path("toolchain/usr/bin/lldb"), scratch.path("usr/bin/lldb-19"),
          scratch.path("usr/bin/lldb-9"),
        ]
      )
      #expect(tools.all(.lldb).map(\.knowsSwift) == [true, false, false])
      #expect(try tools.find(.lldbDAP).path == scratch.path("usr/bin/lldb-dap-19"))
    }
  }

  /// swiftly and others put a stand-in for the compiler into PATH, with no debugger beside it.
  @Test func asksTheCompilerWhereItLives() throws {
    try withScratchDirectory { scratch in
      let resources = scratch.path("toolchain/usr/lib/swift")
      try scratch.script(
        "bin/swift",
        """
        test "$1" = -print-target-info || exit 1
        echo '{ "paths": {'
        echo '    "runtimeResourcePath": "\(resources)"'
        echo '} }'
        """
      )
      try scratch.script("toolchain/usr/bin/lldb-server")
      let tools = DebuggerTools(environment: ["PATH": scratch.path("bin")])
      #expect(try tools.find(.lldbServer).path == scratch.path("toolchain/usr/bin/lldb-server"))
    }
  }

  // MARK: - What they need

  @Test func findsThePythonThatTheLoaderDoesNotKnow() throws {
    try withScratchDirectory { scratch in
      let environment = try scratch.makeToolchainThatNeedsPython()
      try scratch.makeDirectory("pyenv/versions/3.99.1/lib/python3.99")
      try scratch.write("", to: "pyenv/versions/3.99.1/lib/python3.99/os.py")
      try scratch.move(
        "hidden/libpython3.99.so.1.0",
        to: "pyenv/versions/3.99.1/lib/libpython3.99.so.1.0"
      )
      let tool = try DebuggerTools(environment: environment).find(.lldb)
      let prefix = scratch.path("pyenv/versions/3.99.1")
      #expect(tool.environment == ["LD_LIBRARY_PATH": "\(prefix)/lib", "PYTHONHOME": prefix])
      let run = try ChildProcess(
        executable: tool.path,
        arguments: [],
        environment: tool.environment,
        directory: "/"
      )
      .run(within: .seconds(60))
      #expect(run.end == .exited(42))
      // What is meant for the debugger would harm the application, which inherits it from here.
      #expect(try DebuggerTools(environment: environment).find(.lldbServer).environment.isEmpty)
    }
  }

  @Test func saysWhichPythonIsMissing() throws {
    try withScratchDirectory { scratch in
      let environment = try scratch.makeToolchainThatNeedsPython()
      let tools = DebuggerTools(environment: environment)
      let error = #expect(throws: DebugError.self) { try tools.find(.lldb) }
      #expect(error?.code == .toolIncomplete)
      #expect(error?.message.contains("libpython3.99.so.1.0") == true)
      #expect(error?.remedy?.contains("debugger-environment") == true)
    }
  }

  @Test func fallsBackOnADebuggerThatStarts() throws {
    try withScratchDirectory { scratch in
      var environment = try scratch.makeToolchainThatNeedsPython()
      try scratch.script("usr/bin/lldb-19")
      environment["PATH", default: ""] += ":" + scratch.path("usr/bin")
      let settings = ["LD_LIBRARY_PATH": "/no"]
      let tool = try DebuggerTools(environment: environment, settings: settings).find(.lldb)
      #expect(tool.path == scratch.path("usr/bin/lldb-19"))
      #expect(tool.environment.isEmpty)
      #expect(!tool.knowsSwift)
    }
  }

  @Test func theSettingWinsOverWhatIsFound() throws {
    try withScratchDirectory { scratch in
      let environment = try scratch.makeToolchainThatNeedsPython()
      let settings = ["LD_LIBRARY_PATH": scratch.path("hidden"), "PYTHONHOME": "/python"]
      let tool = try DebuggerTools(environment: environment, settings: settings).find(.lldb)
      #expect(tool.environment == settings)

      let wrong = DebuggerTools(environment: environment, settings: ["LD_LIBRARY_PATH": "/no"])
      let error = #expect(throws: DebugError.self) { try wrong.find(.lldb) }
      #expect(error?.remedy?.contains("LD_LIBRARY_PATH") == true)
    }
  }
}

extension ScratchDirectory {
  /// A toolchain whose `lldb`, which exits with 42, is linked with a Python that lies in `hidden`.
  fileprivate func makeToolchainThatNeedsPython() throws -> [String: String] {
    try script("toolchain/usr/bin/swift")
    try script("toolchain/usr/bin/lldb-server")
    try write("int answer(void) { return 42; }\n", to: "hidden/python.c")
    try write("int answer(void);\nint main(void) { return answer(); }\n", to: "hidden/lldb.c")
    let library = path("hidden/libpython3.99.so.1.0")
    try clang(
      [
        "-shared", "-fPIC", "-Wl,-soname,libpython3.99.so.1.0", "-o", library,
        path("hidden/python.c"),
      ]
    )
    try clang(["-o", path("toolchain/usr/bin/lldb"), path("hidden/lldb.c"), library])
    return ["PATH": path("toolchain/usr/bin"), "PYENV_ROOT": path("pyenv")]
  }

  fileprivate func script(_ name: String, _ text: String = "") throws {
    try write("#!/bin/sh\n\(text)\n", to: name)
    #expect(runShell("chmod +x '\(path(name))'") == 0)
  }

  private func clang(_ arguments: [String]) throws {
    let run = try CommandRun(["/usr/bin/env", "clang"] + arguments)
    try #require(run.end == .exited(0), "\(run.text)")
  }
}
