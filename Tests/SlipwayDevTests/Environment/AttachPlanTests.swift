import Glibc
import SlipwayDebug
import SlipwayDev
import SlipwaySystem
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct AttachPlanTests {
  private func server(_ json: String?, _ scratch: SlipwayTestSupport.ScratchDirectory) throws
    -> RunningServer
  {
    if let json { try scratch.write(json, to: ".slipway/server.json") }
    return try RunningServer(serving: scratch.path)
  }

  @Test(arguments: [
    (nil, AttachError.Code.notRunning),
    ("{", .stale), ("{\"pid\": 0}", .stale), ("{\"urls\": []}", .stale),
    // A process of another program has the number now.
    ("{\"pid\": 1, \"sockets\": {\"debug\": \"127.0.0.1:4711\"}}", .stale),
    ("{\"pid\": 2147483647, \"sockets\": {}}", .stale),
    ("{\"pid\": OWN, \"sockets\": {}}", .socketOff), ("{\"pid\": OWN}", .socketOff),
    ("{\"pid\": OWN, \"sockets\": {\"debug\": \"nonsense\"}}", .stale),
  ])
  func saysWhyNothingCanBeAttachedTo(_ json: String?, _ code: AttachError.Code) throws {
    try withScratchDirectory { scratch in
      let error = #expect(throws: AttachError.self) {
        try server(json?.replacing("OWN", with: "\(getpid())"), scratch)
      }
      #expect(error?.code == code)
      #expect(error?.remedy != nil)
    }
  }

  private func withServer(
    _ address: String = "127.0.0.1:4711",
    _ body: (SlipwayTestSupport.ScratchDirectory, RunningServer) throws -> Void
  ) throws {
    try withScratchDirectory { scratch in
      let json = "{\"pid\": \(getpid()), \"sockets\": {\"debug\": \"\(address)\"}}"
      try body(scratch, try server(json, scratch))
    }
  }

  private func addTools(_ names: [String], _ scratch: SlipwayTestSupport.ScratchDirectory) throws
    -> DebuggerTools
  {
    for name in names {
      try scratch.write("#!/bin/sh\n", to: "bin/\(name)")
      #expect(chmod(scratch.path("bin/\(name)"), 0o755) == 0)
    }
    return DebuggerTools(environment: ["PATH": scratch.path("bin")])
  }

  @Test func attachesTheBestThereIsWithTheSettings() throws {
    try withServer { scratch, server in
      try scratch.write("", to: ".slipway/lldbinit")
      let tools = try addTools(["swift", "lldb-server", "lldb", "gdb", "lldb-19"], scratch)
      let plan = try AttachPlan(.best, server: server, tools: tools)
      #expect(plan.reservation == nil)
      #expect(
        plan.command.shellText
          == "\(scratch.path("bin/lldb")) -s \(scratch.path(".slipway/lldbinit"))"
          + " -o 'gdb-remote 127.0.0.1:4711'"
      )
      let gdb = try AttachPlan(.gdb, server: server, tools: tools).command
      #expect(gdb.executable == scratch.path("bin/gdb"))
      #expect(gdb.arguments.suffix(1) == ["target remote 127.0.0.1:4711"])
    }
  }

  @Test func saysWhatASecondChoiceIsFor() throws {
    try withServer { scratch, server in
      let tools = try addTools(["gdb", "lldb-19"], scratch)
      let plan = try AttachPlan(.best, server: server, tools: tools)
      #expect(plan.command.executable == scratch.path("bin/lldb-19"))
      #expect(plan.command.arguments.contains("target create \(server.executable)"))
      #expect(plan.reservation?.stableCode == "SW160")
    }
    try withServer { scratch, server in
      let plan = try AttachPlan(.best, server: server, tools: addTools(["gdb"], scratch))
      #expect(plan.command.executable == scratch.path("bin/gdb"))
      #expect(plan.reservation?.stableCode == "SW160")
    }
  }

  @Test func withoutAnyDebuggerItSaysWhatToInstall() throws {
    try withServer { scratch, server in
      let tools = try addTools(["swift"], scratch)
      let error = #expect(throws: AttachError.self) {
        try AttachPlan(.best, server: server, tools: tools)
      }
      #expect(error?.code == .noDebugger)
      #expect(error?.remedy?.contains("toolchain") == true)
      #expect(error?.remedy?.contains("gdb") == true)
    }
  }

  @Test func editorsAreToldTheAddress() throws {
    try withServer { _, server in
      let text = try AttachPlan.adapterText(for: server)
      #expect(text.contains("\"debugAdapterPort\": 4711,"))
    }
    try withServer("unix:/run/debug.sock") { _, server in
      let error = #expect(throws: AttachError.self) { try AttachPlan.adapterText(for: server) }
      #expect(error?.code == .needsTCP)
    }
  }
}
