import Foundation
import SlipwayDebug
import SlipwayDev
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct EditorSetupTests {
  private func setup(
    _ editor: Editor,
    _ scratch: SlipwayTestSupport.ScratchDirectory,
    _ address: String = "127.0.0.1:4712"
  ) throws -> EditorSetup.Outcome {
    try EditorSetup(
      editor,
      in: scratch.path,
      address: try #require(DebugAddress(address)),
      executable: "/opt/a & b/slipway"
    )
    .run()
  }

  @Test(arguments: Editor.allCases)
  func writesAFileWithTheAddressOfTheServer(_ editor: Editor) throws {
    try withScratchDirectory { scratch in
      #expect(try setup(editor, scratch) == .written(path: scratch.path(editor.file)))
      let text = try SlipwayTestSupport.read(scratch.path(editor.file))
      #expect(text.contains("4712"))
      #expect(!text.contains("4711"))
      #expect(!text.contains("SLIPWAY_EXECUTABLE"))
      if editor == .clion { #expect(text.contains("symbolFile=\"/opt/a &amp; b/slipway\"")) }
      #expect(try setup(editor, scratch) == .present(path: scratch.path(editor.file)))
      // Of a server that has moved since: what is there is the user's to change.
      #expect(
        try setup(editor, scratch, "127.0.0.1:471")
          == .presentElsewhere(path: scratch.path(editor.file), port: 471)
      )
      #expect(try SlipwayTestSupport.read(scratch.path(editor.file)) == text)
    }
  }

  @Test(arguments: [
    (Editor.vscode, "\"debugAdapterHostname\": \"::1\""), (.neovim, "host = \"::1\""),
    (.zed, "gdb-remote [::1]:4712"), (.clion, "connect://[::1]:4712"),
  ])
  func anAddressOfIPv6IsInBracketsWhereAPortFollows(_ editor: Editor, _ part: String) throws {
    try withScratchDirectory { scratch in
      _ = try setup(editor, scratch, "[::1]:4712")
      #expect(try SlipwayTestSupport.read(scratch.path(editor.file)).contains(part))
    }
  }

  @Test(arguments: Editor.allCases)
  func neverTouchesAFileThatItDoesNotUnderstand(_ editor: Editor) throws {
    try withScratchDirectory { scratch in
      try scratch.write("what is this: [", to: editor.file)
      guard case .toBeAdded(_, let text) = try setup(editor, scratch) else {
        Issue.record("It was touched")
        return
      }
      #expect(text.contains("4712"))
      #expect(try SlipwayTestSupport.read(scratch.path(editor.file)) == "what is this: [")
    }
  }

  @Test func addsToAListWithEveryCommentInItsPlace() throws {
    try withScratchDirectory { scratch in
      let before = """
        // The project's
        {
        \t"version": "0.2.0", /* all there is: { [ */
        \t"configurations": [ // mine
        \t\t// The first
        \t\t{
        \t\t\t"name": "Other", // Slipway
        \t\t\t"args": ["//", "]", "\\"}"],
        \t\t} // the last
        \t\t// no more
        \t],
        }

        """
      try scratch.write(before, to: ".vscode/launch.json")
      #expect(try setup(.vscode, scratch) == .added(path: scratch.path(".vscode/launch.json")))
      let addition = """
        \t\t{
        \t\t\t"name": "Slipway",
        \t\t\t"type": "lldb-dap",
        \t\t\t"request": "attach",
        \t\t\t"debugAdapterHostname": "127.0.0.1",
        \t\t\t"debugAdapterPort": 4712,
        \t\t\t"attachCommands": ["slipway-attach"]
        \t\t}

        """
      let expected =
        before.replacing("\t\t} // the last", with: "\t\t}, // the last")
        .replacing("\t],\n", with: addition + "\t],\n")
      #expect(try SlipwayTestSupport.read(scratch.path(".vscode/launch.json")) == expected)
      #expect(try setup(.vscode, scratch) == .present(path: scratch.path(".vscode/launch.json")))
    }
  }

  @Test(arguments: [
    "{}", "{ \"version\": \"0.2.0\" }", "{\"configurations\": []}", "{\"configurations\": [ ]}\n",
    "{\"configurations\":[{\"name\":\"x\"}]}", "{\n  \"configurations\": [\n  ]\n}",
    "{\r\n  \"configurations\": [\r\n    {\"name\": \"x\"}\r\n  ]\r\n}\r\n",
    "{\"configurations\": [], \"compounds\": [{\"configurations\": [\"Slipway\"]}]}",
  ])
  func whatItMakesOfPlainJSONIsJSON(_ before: String) throws {
    try withScratchDirectory { scratch in
      try scratch.write(before, to: ".vscode/launch.json")
      #expect(try setup(.vscode, scratch) == .added(path: scratch.path(".vscode/launch.json")))
      let text = try SlipwayTestSupport.read(scratch.path(".vscode/launch.json"))
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      let list = object?["configurations"] as? [[String: Any]]
      #expect(list?.last?["name"] as? String == "Slipway", "\(text)")
      #expect(list?.last?["debugAdapterPort"] as? Int == 4712)
      #expect(list?.count == (before.contains("\"x\"") ? 2 : 1))
      #expect(text.contains("\r\n") == before.contains("\r\n"))
      #expect(
        !before.contains("\r\n") || text.split(separator: "\r\n").allSatisfy { !$0.contains("\n") }
      )
    }
  }

  @Test(arguments: [
    "", "[", "[]", "{\"configurations\": {}}", "{\"configurations\": [}", "{} {}", "{\"a\" 1}",
    "{\"configurations\": [\"", "{\"configurations\": [/*",
    String(repeating: "{\"a\":", count: 999),
  ])
  func whatIsNoListOfConfigurationsIsLeftAlone(_ text: String) throws {
    try withScratchDirectory { scratch in
      try scratch.write(text, to: ".vscode/launch.json")
      guard case .toBeAdded = try setup(.vscode, scratch) else {
        Issue.record("It was touched")
        return
      }
      #expect(try SlipwayTestSupport.read(scratch.path(".vscode/launch.json")) == text)
    }
  }

  @Test(arguments: [
    ("", "127.0.0.1:4711", false), ("debug-socket: 127.0.0.1:4720\n", "127.0.0.1:4720", false),
    ("debug-socket: \"[::1]:4720\"\n", "[::1]:4720", false),
    ("debug-socket: 127.0.0.1:0\n", "127.0.0.1:4711", false),
    ("debug-socket: off\n", "127.0.0.1:4711", true),
  ])
  func whileNoServerRunsItIsWhereOneWillBe(
    _ configuration: String,
    _ address: String,
    _ isOff: Bool
  ) throws {
    try withScratchDirectory { scratch in
      try scratch.write("mounts:\n  /: files:.\n" + configuration, to: "slipway.yaml")
      let sources = ConfigurationSources(
        flags: ConfigurationSources.Flags(),
        environment: [:],
        workingDirectory: scratch.path,
        processID: 0
      )
      let target = EditorTarget(sources, serving: scratch.path)
      #expect(target.address == DebugAddress(address))
      #expect(target.server == nil)
      #expect((target.reservation?.code == .socketOff) == isOff)
    }
  }

  @Test func aUnixSocketIsNothingForAnEditor() throws {
    try withScratchDirectory { scratch in
      let error = #expect(throws: AttachError.self) { try setup(.zed, scratch, "unix:/run/x") }
      #expect(error?.code == .needsTCP)
    }
  }
}
