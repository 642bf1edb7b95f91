import SlipwayDebug
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct AttachCommandTests {
  private static let swiftLLDB = DebuggerTool(
    kind: .lldb,
    path: "/tool chain/lldb",
    environment: ["PYTHONHOME": "/py", "LD_LIBRARY_PATH": "/py/it's"],
    knowsSwift: true
  )
  private static let otherLLDB = DebuggerTool(kind: .lldb, path: "/usr/bin/lldb-19")
  private static let gdb = DebuggerTool(kind: .gdb, path: "/usr/bin/gdb")

  private static func target(_ address: String) throws -> AttachCommand.Target {
    AttachCommand.Target(
      address: try #require(DebugAddress(address)),
      executable: "/my apps/slipway",
      lldbSettings: "/app/.slipway/lldbinit",
      gdbSettings: "/app/.slipway/gdbinit"
    )
  }

  @Test func theToolchainsLLDBNeedsNoProgram() throws {
    let command = AttachCommand(Self.swiftLLDB, to: try Self.target("127.0.0.1:4711"))
    #expect(
      command.arguments == ["-s", "/app/.slipway/lldbinit", "-o", "gdb-remote 127.0.0.1:4711"]
    )
    #expect(
      command.shellText == "LD_LIBRARY_PATH='/py/it'\\''s' PYTHONHOME=/py '/tool chain/lldb'"
        + " -s /app/.slipway/lldbinit -o 'gdb-remote 127.0.0.1:4711'"
    )
  }

  @Test func anotherLLDBIsToldTheProgramFirst() throws {
    let command = AttachCommand(Self.otherLLDB, to: try Self.target("unix:/run/a b.sock"))
    #expect(
      command.arguments.dropFirst(2) == [
        "-o", "target create /my\\ apps/slipway", "-o",
        "process connect unix-connect:///run/a\\ b.sock",
      ]
    )
  }

  @Test func gdbIsToldTheProgram() throws {
    let command = AttachCommand(Self.gdb, to: try Self.target("[::1]:4711"))
    #expect(
      command.arguments == [
        "-q", "-x", "/app/.slipway/gdbinit", "-ex", "file \"/my apps/slipway\"", "-ex",
        "target remote [::1]:4711",
      ]
    )
  }

  /// Without the generated file nothing stops at a restart either.
  @Test func theSettingsThatMatterAreGivenWithoutAFile() throws {
    var target = try Self.target("127.0.0.1:1")
    target.lldbSettings = nil
    target.gdbSettings = nil
    let lldb = AttachCommand(Self.swiftLLDB, to: target)
    #expect(lldb.arguments.contains("settings set target.process.stop-on-exec false"))
    #expect(AttachCommand(Self.gdb, to: target).arguments.contains("set sysroot /"))
  }

  @Test(arguments: ["", "4711", ":4711", "localhost:", "localhost:0", "a:65536", "a:+1", "unix:"])
  func refusesWhatIsNoAddress(_ text: String) {
    #expect(DebugAddress(text) == nil)
  }

  @Test(arguments: ["plain", "", "a b", "it's", "$HOME `id` \\ \"", "~", "*", "-n", "é"])
  func aShellReadsBackWhatIsQuoted(_ word: String) throws {
    let run = try CommandRun(["/bin/sh", "-c", "printf '<%s>' \(word.shellQuoted)"])
    #expect(run.text == "<\(word)>")
  }
}
