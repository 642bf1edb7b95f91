import Glibc
import SlipwayTestSupport
import Testing

/// The real LLDB over the debug socket.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct LLDBTests {
  @Test(.slow, .needs(DebuggerPrograms.swiftLLDB, DebuggerPrograms.lldbServer))
  func oneSessionHitsItsBreakpointInTheNewCodeOfTwentySaves() throws {
    let lldb = try #require(DebuggerPrograms.swiftLLDB)
    try withScratchDirectory(named: "lldb") { directory in
      try serve(Project.swift(in: directory)) { served in
        #expect(try served.get().text == "rev-1")
        let session = try LLDBSession(to: served, with: lldb)
        try session.breakAt(
          "App.swift",
          served.line(of: "// Debuggers stop here", in: "Sources/App/App.swift")
        )
        try session.proceed()
        for number in 2...21 {
          try served.project.save(
            text: "rev-\(number)",
            number.isMultiple(of: 2) ? .inPlace : .rename
          )
          let request = served.getBeside()
          try session.untilBreakpoint()
          session.program.type("frame variable answer")
          try session.program.wait(for: "answer = \"rev-\(number)\"")
          session.program.type("expression answer.count + \(number) * 1000")
          try session.program.wait(for: " = \(number * 1000 + "rev-\(number)".utf8.count)")
          #expect(!request.isDone)
          try session.proceed()
          #expect(try request.value() == "rev-\(number)")
        }
        try session.detach()
        #expect(try served.get().text == "rev-21")
        let file = try #require(served.project.serverFile)
        #expect(file["pid"]?.number == Int(served.server.pid))
        #expect(try #require(file["generation"]?.number) > 20)
        try served.server.event("debugger-detached")
        #expect(served.server.events("debugger-attached").count == 1)
      }
    }
  }

  /// As somebody would who has just made the sample application.
  @Test(.slow, .needs(DebuggerPrograms.swiftLLDB, DebuggerPrograms.lldbServer))
  func theSampleAppIsStoppedShownAndStoppedAgainInItsNewCode() throws {
    let lldb = try #require(DebuggerPrograms.swiftLLDB)
    try withScratchDirectory(named: "lldb-sample") { directory in
      try serve(try Project.sampleApp(in: directory)) { served in
        #expect(try served.get().text.contains("rev-1"))
        let session = try LLDBSession(to: served, with: lldb)
        try session.breakAt(
          "Pages.swift",
          served.line(of: "let items = notices.isEmpty", in: "Sources/SampleApp/Pages.swift")
        )
        try session.proceed()
        for number in 1...2 {
          if number > 1 { try served.project.save(text: "rev-\(number)", .rename) }
          let request = served.getBeside()
          try session.untilBreakpoint()
          session.program.type("frame variable notices author")
          try session.program.wait(for: "([SampleApp.Notice]) notices = ")
          try session.program.wait(for: "(String) author = \"\"")
          session.program.type("expression notices.count * 0 + 40 + \(number)")
          try session.program.wait(for: " = \(40 + number)\n", "error: ")
          let isEvaluated = session.program.shown.contains(" = \(40 + number)\n")
          if number == 1 {
            #expect(isEvaluated)
          } else {
            // Of a library with Foundation in it; see devkit/docs/debugging.md.
            withKnownIssue("Expressions may fail after a restart", isIntermittent: true) {
              #expect(isEvaluated)
            }
          }
          #expect(!request.isDone)
          try session.proceed()
          #expect(try request.value().contains("<span class=\"edition\">rev-\(number)</span>"))
        }
        try session.detach()
        #expect(try served.get().text.contains("rev-2"))
        #expect(served.server.events("debugger-attached").count == 1)
      }
    }
  }

  @Test(.needs(DebuggerPrograms.lldb, DebuggerPrograms.lldbServer))
  func nothingIsLostWhileTheServerIsStopped() throws {
    let lldb = try #require(DebuggerPrograms.lldb)
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let session = try LLDBSession(to: served, with: lldb)
      // Requests queue up in the backlog, and a save is seen on resumption.
      let requests = (0..<20).map { _ in served.getBeside() }
      try served.project.save(text: "rev-2")
      let late = served.getBeside()
      #expect(!late.isDone)
      try session.proceed()
      for request in requests { #expect(try request.value().hasPrefix("rev-")) }
      #expect(try late.value() == "rev-2")
      try session.detach()
    }
  }

  @Test(.needs(DebuggerPrograms.lldb, DebuggerPrograms.lldbServer))
  func aDebuggerThatKillsIsDetachedAndTheServerLives() throws {
    let lldb = try #require(DebuggerPrograms.lldb)
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let session = try LLDBSession(to: served, with: lldb)
      try session.breakAt("app.c", served.line(of: "respond(", in: "Sources/App/app.c"))
      session.program.type("process kill")
      try session.program.wait(for: "exited with status")
      #expect(try served.get().text == "rev-1")
      try served.server.event("problem") { $0["code"]?.text == "SW215" }
      // The next one is welcome.
      try served.server.event("debugger-detached")
      try LLDBSession(to: served, with: lldb).detach()
    }
  }

  @Test(.needs(DebuggerPrograms.lldb, DebuggerPrograms.lldbServer))
  func isToldWhatToSetWhenLLDBStopsAtTheRestart() throws {
    let lldb = try #require(DebuggerPrograms.lldb)
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let session = try LLDBSession(to: served, with: lldb)
      session.program.type("settings set target.process.stop-on-exec true")
      try session.proceed()
      try served.project.save(text: "rev-2")
      let request = served.getBeside()
      try session.program.wait(for: "stop reason = exec")
      // Longer than what is taken for a stop that the client does not want.
      usleep(4_500_000)
      try session.proceed()
      #expect(try request.value() == "rev-2")
      try served.server.event("problem") { $0["code"]?.text == "SW214" }
      try session.detach()
    }
  }
}
