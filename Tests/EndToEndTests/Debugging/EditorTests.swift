import SlipwayTestSupport
import Testing

/// Editors over the debug socket: the Debug Adapter Protocol, with the toolchain's lldb-dap behind it.
@Suite(.serialized, .timeLimit(.minutes(15)), .showingServerLog, .onLane)
struct EditorTests {
  @Test(.slow, .needs(DebuggerPrograms.adapter))
  func oneSessionStopsInTheNewCodeOfEverySave() throws {
    try withScratchDirectory(named: "editor") { directory in
      try serve(Project.swift(in: directory)) { served in
        #expect(try served.get().text == "rev-1")
        let editor = try EditorSession(to: served)
        try editor.attach()
        let line = try served.line(of: "// Debuggers stop here", in: "Sources/App/App.swift")
        try editor.breakAt("\(served.project.path)/Sources/App/App.swift", line)
        try editor.configurationDone()
        for number in 2...21 {
          try served.project.save(text: "rev-\(number)")
          let request = served.getBeside()
          let (thread, frame) = try editor.untilStopped()
          let answer = try editor.locals(of: frame)["answer"]
          #expect(answer == "\"rev-\(number)\"", "\(editor.transcript)")
          let value = try editor.evaluate("answer.count + \(number) * 1000", in: frame)
          #expect(value == "\(number * 1000 + "rev-\(number)".utf8.count)", "\(editor.transcript)")
          try editor.proceed(thread)
          #expect(try request.value() == "rev-\(number)")
        }
        try editor.disconnect()
        #expect(try served.get().text == "rev-21")
        try served.server.event("debugger-detached")
      }
    }
  }

  @Test(.needs(DebuggerPrograms.adapter))
  func aSecondEditorIsToldThatThereIsOneEvenWhileTheServerIsStopped() throws {
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let editor = try EditorSession(to: served)
      try editor.attach()
      // Attached and not yet configured: the server is stopped.
      let second = try EditorSession(to: served)
      let answer = try second.response(to: second.initialization, succeeds: false)
      #expect(answer["body"]?["error"]?["format"]?.text?.contains("another debugger") == true)
      #expect(answer["body"]?["error"]?["showUser"]?.flag == true)
      try editor.configurationDone()
      #expect(try served.get().text == "rev-1")
      try served.server.event("problem") { $0["code"]?.text == "SW213" }
      try editor.disconnect()
      try served.server.event("debugger-detached")
      // And now there is room.
      let third = try EditorSession(to: served)
      try third.attach()
      try third.configurationDone()
      try third.disconnect()
    }
  }

  @Test(.needs(DebuggerPrograms.adapter))
  func anEditorThatWantsToEndTheServerLetsItGo() throws {
    try withServedProject { served in
      let editor = try EditorSession(to: served)
      try editor.attach()
      try editor.configurationDone()
      try editor.disconnect(terminating: true)
      try served.server.event("problem") { $0["code"]?.text == "SW215" }
      try served.server.event("debugger-detached")
      #expect(try served.get().text == "rev-1")
      #expect(served.server.isRunning)
    }
  }

  @Test func anEditorForPythonIsToldThatThereIsNone() throws {
    try withFiles { served in
      let editor = try EditorSession(to: served, adapterID: "debugpy")
      let answer = try editor.response(to: editor.initialization, succeeds: false)
      #expect(answer["message"]?.text?.contains("Python") == true)
    }
  }
}
