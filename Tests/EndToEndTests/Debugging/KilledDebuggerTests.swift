import Glibc
import SlipwayDebug
import SlipwayTestSupport
import Testing

/// Whatever dies of a debugging session, the server lives and loses no request.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct KilledDebuggerTests {
  /// What is ended by SIGKILL.
  enum Victim: String, CaseIterable, CustomTestStringConvertible {
    case client, relay, debuggerServer

    var testDescription: String { rawValue }
  }

  enum Moment: String, CaseIterable, CustomTestStringConvertible {
    case stopped, running, afterARestart

    var testDescription: String { rawValue }
  }

  @Test(
    .needs(DebuggerPrograms.lldb, DebuggerPrograms.lldbServer),
    arguments: Victim.allCases,
    Moment.allCases
  )
  func theServerOutlivesTheDeathOf(victim: Victim, while moment: Moment) throws {
    let lldb = try #require(DebuggerPrograms.lldb)
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let session = try LLDBSession(to: served, with: lldb)
      try session.breakAt("app.c", served.line(of: "host->respond(", in: "Sources/App/app.c"))
      try session.proceed()
      var text = "rev-1"
      var stopped: Concurrent<String>?
      switch moment {
      case .running: break
      case .stopped:
        stopped = served.getBeside()
        try session.untilBreakpoint()
      case .afterARestart:
        text = "rev-2"
        try served.project.save(text: text)
        let request = served.getBeside()
        try session.untilBreakpoint()
        try session.proceed()
        #expect(try request.value() == text)
      }
      try kill(victim, of: session, served)
      // Without a relay nobody undoes a SIGSTOP that the debugger server may have been about to take
      // back; see devkit/docs/debugging.md.
      if victim == .relay { try resumeIfStopped(served) }
      if let stopped { #expect(try stopped.value() == text) }
      for _ in 0..<5 { #expect(try served.get().text == text) }
      try served.server.event("debugger-detached")
      #expect(try served.get().text == text)
      // The next session is like the first.
      let next = try LLDBSession(to: served, with: lldb)
      try next.breakAt("app.c", served.line(of: "host->respond(", in: "Sources/App/app.c"))
      try next.proceed()
      let request = served.getBeside()
      try next.untilBreakpoint()
      try next.proceed()
      #expect(try request.value() == text)
      try next.detach()
      try served.project.save(text: "last")
      #expect(try served.get().text == "last")
      #expect(served.server.isRunning)
    }
  }

  /// What serves an editor; nothing stands for the editor itself.
  @Test(
    .needs(DebuggerPrograms.adapter),
    arguments: ["lldb-dap", "lldb-server", "debug-relay", ""],
    Moment.allCases
  )
  func theServerOutlivesTheDeathOfWhatServesAnEditor(victim: String, while moment: Moment) throws {
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let editor = try EditorSession(to: served)
      try editor.attach()
      let line = try served.line(of: "host->respond(", in: "Sources/App/app.c")
      try editor.breakAt("\(served.project.path)/Sources/App/app.c", line)
      try editor.configurationDone()
      var text = "rev-1"
      var stopped: Concurrent<String>?
      switch moment {
      case .running: break
      case .stopped:
        stopped = served.getBeside()
        try editor.event("stopped")
      case .afterARestart:
        text = "rev-2"
        try served.project.save(text: text)
        let request = served.getBeside()
        try editor.proceed(try editor.untilStopped().thread)
        #expect(try request.value() == text)
      }
      if victim.isEmpty {
        editor.hangUp()
      } else {
        try Self.kill(victim, of: served)
        if victim == "debug-relay" { try resumeIfStopped(served) }
      }
      if let stopped { #expect(try stopped.value() == text) }
      // Its adapter is still there, and tells the editor, which ends the session.
      if victim == "lldb-server" {
        try editor.event("terminated")
        editor.hangUp()
      }
      for _ in 0..<5 { #expect(try served.get().text == text) }
      try served.server.event("debugger-detached")
      try served.project.save(text: "last")
      #expect(try served.get().text == "last")
      #expect(served.server.isRunning)
    }
  }

  /// What serves gdb; gdb itself takes long to read symbols, and dies in `GDBTests`.
  @Test(
    .needs(DebuggerPrograms.gdbserver),
    arguments: ["gdbserver", "debug-relay", ""],
    Moment.allCases
  )
  func theServerOutlivesTheDeathOfWhatServesGDB(victim: String, while moment: Moment) throws {
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let client = try RemoteClient(port: served.debugPort)
      #expect(try client.ask("qSupported:swbreak+;exec-events+").contains("QStartNoAckMode"))
      #expect(try client.ask("QStartNoAckMode") == "OK")
      client.acknowledges = false
      // SIGCHLD and others that gdb does not stop for.
      #expect(try client.ask("QPassSignals:e;14;17;1a;1b;1c") == "OK")
      #expect(try client.ask("?").hasPrefix("T"))
      var text = "rev-1"
      var stopped: Concurrent<String>?
      switch moment {
      case .running:
        try client.tell("vCont;c")
        #expect(try client.keepGoing("vCont;c", until: served.getBeside()) == text)
        // Ctrl-C is an interrupt to gdb, whatever stopped the process.
        try client.interrupt()
        while try !client.reply().hasPrefix("T02") { try client.tell("vCont;c") }
        try client.tell("vCont;c")
      case .stopped:
        let place = String(try served.address(ofFunction: "handle", in: "libApp.so"), radix: 16)
        #expect(try client.ask("Z0,\(place),1") == "OK")
        try client.tell("vCont;c")
        stopped = served.getBeside()
        while try !client.reply().contains("swbreak:") { try client.tell("vCont;c") }
      case .afterARestart:
        text = "rev-2"
        try client.tell("vCont;c")
        try served.project.save(text: text)
        try client.proceedPastRestart("vCont;c")
        #expect(try client.keepGoing("vCont;c", until: served.getBeside()) == text)
      }
      if victim.isEmpty {
        client.hangUp()
      } else {
        try Self.kill(victim, of: served)
        if victim == "debug-relay" { try resumeIfStopped(served) }
      }
      if let stopped {
        // gdbserver does not take a thread back to its breakpoint before it lets it go on: killed before
        // that, it leaves the application in the middle of an instruction.
        let isLost = victim == "gdbserver"
        let answer = try stopped.value()
        #expect(answer == text || isLost)
      }
      for _ in 0..<5 { #expect(try served.get().text == text) }
      try served.server.event("debugger-detached")
      try served.project.save(text: "last")
      #expect(try served.get().text == "last")
      #expect(served.server.isRunning)
    }
  }

  /// By the kernel at once where it runs, or else by what the debugger asks for next. Nothing is left
  /// behind, and the next server has the usual way with the directory.
  @Test(
    .needs(DebuggerPrograms.lldb, DebuggerPrograms.lldbServer),
    arguments: Moment.allCases
  )
  func theDebuggerIsToldOfTheServersEnd(while moment: Moment) throws {
    let lldb = try #require(DebuggerPrograms.lldb)
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let session = try LLDBSession(to: served, with: lldb)
      if moment == .stopped {
        try session.breakAt("app.c", served.line(of: "host->respond(", in: "Sources/App/app.c"))
      }
      try session.proceed()
      switch moment {
      case .running: #expect(try served.get().text == "rev-1")
      case .stopped:
        _ = served.getBeside()
        try session.untilBreakpoint()
      case .afterARestart:
        try served.project.save(text: "rev-2")
        #expect(try served.get().text == "rev-2")
      }
      let left = ProcessInspection.descendants(of: served.server.pid, running: "")
      Glibc.kill(served.server.pid, SIGKILL)
      // Nor is its parent told before.
      if moment == .stopped { session.program.type("continue") }
      try session.program.wait(for: moment == .stopped ? "exited with" : "exited with status = 9")
      #expect(try served.server.untilEnd() == .killed(signal: SIGKILL))
      session.program.kill()
      for process in left { #expect(ends(process)) }
      try serve(served.project) { next in
        let response = try next.get()
        #expect(response.status == 200)
      }
    }
  }

  /// Whether a process ends, in the time that the tests have for anything.
  private func ends(_ process: Int32) -> Bool {
    for _ in 0..<ServerProcess.patience * 20 {
      guard ProcessInspection.isRunning(process) else { return true }
      usleep(50_000)
    }
    return false
  }

  private func resumeIfStopped(_ served: ServedProject) throws {
    try served.waitUntilNotTraced()
    Glibc.kill(served.server.pid, SIGCONT)
  }

  private func kill(_ victim: Victim, of session: LLDBSession, _ served: ServedProject) throws {
    switch victim {
    case .client: session.program.kill()
    case .relay: try Self.kill("debug-relay", of: served)
    case .debuggerServer: try Self.kill("lldb-server", of: served)
    }
  }

  private static func kill(_ program: String, of served: ServedProject) throws {
    let found = ProcessInspection.descendants(of: served.server.pid, running: program)
    #expect(!found.isEmpty)
    for pid in found { Glibc.kill(pid, SIGKILL) }
  }
}
