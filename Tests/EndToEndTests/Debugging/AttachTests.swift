import SlipwayTestSupport
import Testing

/// `slipway attach`, with the debuggers of this machine.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct AttachTests {
  @Test(.slow, .enabled(if: isInstalled("lldb-server") && isInstalled("lldb")))
  func startsLLDBAtTheStoppedServerAndLeavesItServing() throws {
    try withServedProject { served in
      let said = try attach(
        to: served,
        "settings show target.process.stop-on-exec\nprocess status\n"
      )
      #expect(said.contains("stop-on-exec (boolean) = false"), "\(said)")
      #expect(said.contains("Process \(served.server.pid) stopped"), "\(said)")
      #expect(try served.get().text == "rev-1")
    }
  }

  @Test(.slow, .enabled(if: isInstalled("gdbserver") && isInstalled("gdb")))
  func startsGDBAtTheStoppedServerAndLeavesItServing() throws {
    try withServedProject { served in
      let said = try attach(to: served, with: "--gdb", "info inferiors\ndetach\n")
      #expect(said.contains("process \(served.server.pid)"), "\(said)")
      #expect(try served.get().text == "rev-1")
    }
  }

  @Test func printsACommandInsteadThatCanBePasted() throws {
    try withServedProject { served in
      let run = try slipway(["attach", "--print", "--gdb", served.project.path])
      guard isInstalled("gdb") else { return #expect(run.text.contains("SW165")) }
      let address = try #require(served.project.serverFile?["sockets"]?["debug"]?.text)
      #expect(run.text.hasSuffix("-ex 'target remote \(address)'\n"), "\(run.text)")
      #expect(run.text.contains("-x \(served.project.path)/.slipway/gdbinit"))
      let editor = try slipway(["attach", "--dap", served.project.path]).text
      #expect(editor.contains("\"debugAdapterPort\": \(address.split(separator: ":").last ?? "")"))
    }
  }

  @Test func saysThatNoServerRuns() throws {
    try withScratchDirectory { scratch in
      let run = try slipway(["attach", scratch.path])
      #expect(run.end == .exited(1))
      #expect(run.text.contains("SW162"))
    }
  }

  @Test func saysThatTheDebugSocketIsOff() throws {
    try withServedProject(arguments: ["--debug-socket", "off"]) { served in
      let run = try slipway(["attach", served.project.path])
      #expect(run.end == .exited(1))
      #expect(run.text.contains("SW164"))
    }
  }

  /// What the debugger says to commands from standard input, from attaching to its end.
  private func attach(
    to served: ServedProject,
    with flags: String = "",
    _ commands: String
  ) throws -> String {
    let slipway = BuiltProducts.path(of: "slipway")
    let script = """
      printf '%s' '\(commands)quit
      ' | '\(slipway)' attach \(flags) '\(served.project.path)'
      """
    return try CommandRun(["/bin/sh", "-c", script]).text
  }

  private func slipway(_ arguments: [String]) throws -> CommandRun {
    try CommandRun([BuiltProducts.path(of: "slipway")] + arguments)
  }
}

private func isInstalled(_ program: String) -> Bool {
  runShell("command -v \(program) >/dev/null") == 0
}
