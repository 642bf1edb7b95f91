import SlipwayDebug
import SlipwayTestSupport
import Testing

/// The real gdb over the debug socket.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct GDBTests {
  @Test(.slow, .needs(DebuggerPrograms.gdb, DebuggerPrograms.gdbserver))
  func stopsTracesAndStepsInTheOldCodeAndTheNewAndMayDie() throws {
    let gdb = try #require(DebuggerPrograms.gdb)
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let program = try InteractiveProgram([
        gdb.path, "-q", "-nx", "-x", "\(served.project.path)/.slipway/gdbinit",
        "-ex", "set confirm off",
      ])
      program.type("target remote \(try served.debugAddress)")
      try program.wait(for: "(gdb) ")
      let line = try served.line(of: "host->respond(", in: "Sources/App/app.c")
      program.type("break app.c:\(line)")
      try program.wait(for: "Breakpoint 1 ")
      program.type("continue")
      try program.wait(for: "Continuing.")
      for number in 1...2 {
        if number > 1 { try served.project.save(text: "rev-\(number)") }
        let request = served.getBeside()
        try program.wait(for: "hit Breakpoint 1, ")
        program.type("backtrace")
        try program.wait(for: " handle (")
        program.type("print body")
        try program.wait(for: "\"rev-\(number)\"")
        program.type("next")
        try program.wait(for: "(gdb) ")
        program.type("continue")
        #expect(try request.value() == "rev-\(number)")
      }
      // And dies while a request is stopped.
      let request = served.getBeside()
      try program.wait(for: "hit Breakpoint 1, ")
      program.kill()
      #expect(try request.value() == "rev-2")
      try served.server.event("debugger-detached")
      #expect(try served.get().text == "rev-2")
      #expect(served.server.isRunning)
    }
  }

  /// Without the symbols of what is loaded, so that it takes no half minute each time.
  @Test(
    .slow,
    .needs(DebuggerPrograms.gdb, DebuggerPrograms.gdbserver),
    arguments: [KilledDebuggerTests.Moment.running, .afterARestart]
  )
  func mayDie(while moment: KilledDebuggerTests.Moment) throws {
    let gdb = try #require(DebuggerPrograms.gdb)
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let program = try InteractiveProgram([
        gdb.path, "-q", "-nx", "-x", "\(served.project.path)/.slipway/gdbinit",
        "-ex", "set confirm off", "-ex", "set auto-solib-add off",
      ])
      program.type("target remote \(try served.debugAddress)")
      try program.wait(for: "(gdb) ")
      program.type("continue")
      try program.wait(for: "Continuing.")
      var text = "rev-1"
      if moment == .afterARestart {
        text = "rev-2"
        try served.project.save(text: text)
      }
      #expect(try served.get().text == text)
      #expect(served.server.events("debugger-detached").isEmpty)
      program.kill()
      for _ in 0..<5 { #expect(try served.get().text == text) }
      try served.server.event("debugger-detached")
      try served.project.save(text: "last")
      #expect(try served.get().text == "last")
      #expect(served.server.isRunning)
    }
  }
}
