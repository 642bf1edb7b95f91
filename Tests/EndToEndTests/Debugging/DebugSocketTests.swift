import Glibc
import SlipwayTestSupport
import Testing

/// The debug socket without any debugger: who gets in, and what is told to whom.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct DebugSocketTests {
  @Test func toolsFindItInTheStateFile() throws {
    try withFiles { served in
      let address = try served.debugAddress
      #expect(address.hasPrefix("127.0.0.1:"))
      #expect(served.project.serverFile?["sockets"]?["debug"]?.text == address)
    }
  }

  @Test func aBrowserIsToldWhatThisIs() throws {
    try withFiles { served in
      let client = try RawClient(port: served.debugPort)
      try client.send("POST /evaluate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
      let response = try client.response()
      #expect(response.status == 403)
      #expect(response.text.contains("debug socket of Slipway"))
      #expect(response["access-control-allow-origin"] == nil)
      #expect(response["cross-origin-resource-policy"] == "same-origin")
      #expect(try served.get("/index.html").status == 200)
    }
  }

  @Test(arguments: ["garbage\n", "\u{16}\u{3}\u{1}\u{2}\u{0}", "Content-Length: x\r\n\r\n"])
  func whoeverSpeaksSomethingElseIsHungUpOn(text: String) throws {
    try withFiles { served in
      let client = try RawClient(port: served.debugPort)
      try client.send(text)
      #expect(try client.untilHungUp() == "")
      #expect(try served.get("/index.html").status == 200)
    }
  }

  @Test func anEndlessFirstLineIsHungUpOn() throws {
    try withFiles { served in
      let client = try RawClient(port: served.debugPort)
      let part = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
      // It is closed at some point, and then nothing more can be sent.
      #expect(throws: (any Error).self) { for _ in 0..<100 { try client.send(part) } }
      #expect(try served.get("/index.html").status == 200)
    }
  }

  @Test func silenceIsHungUpOn() throws {
    try withFiles { served in
      let client = try RawClient(port: served.debugPort)
      #expect(try client.untilHungUp() == "")
      let half = try RawClient(port: served.debugPort)
      try half.send("Content-Length: 100\r\n\r\n{\"seq\"")
      #expect(try half.untilHungUp() == "")
    }
  }

  @Test func aHundredSilentConnectionsKeepNobodyOut() throws {
    try withFiles { served in
      let silent = try (0..<100).map { _ in try RawClient(port: served.debugPort) }
      let client = try RawClient(port: served.debugPort)
      try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try client.response().status == 403)
      #expect(try served.get("/index.html").status == 200)
      for one in silent { #expect(try one.untilHungUp() == "") }
    }
  }

  @Test func theNextPortIsTakenWhereAnotherServerHasTheUsualOne() throws {
    try withFiles { first in
      try withFiles { second in
        let ports = try (first.debugPort, second.debugPort)
        #expect(ports.0 != ports.1)
      }
    }
  }

  @Test func aTakenPortThatWasAskedForIsAProblemAndTheServerServes() throws {
    try withFiles { first in
      try withFiles(["--debug-socket", first.debugAddress]) { second in
        let problem = try second.server.event("problem")
        #expect(problem["code"]?.text == "SW216")
        let address = try first.debugAddress
        #expect(problem["message"]?.text?.contains(address) == true)
        #expect(try second.get("/index.html").status == 200)
      }
    }
  }

  @Test func offIsOff() throws {
    try withFiles(["--debug-socket", "off"]) { served in
      let response = try served.get("/index.html")
      #expect(response.status == 200)
      #expect(served.server.events("debug-listening").isEmpty)
      #expect(served.project.serverFile?["sockets"]?["debug"] == nil)
    }
  }

  @Test func isOffWhereOtherMachinesReachTheServerUnlessAskedFor() throws {
    var options = ServerProcess.Options()
    options.listen = ["--listen", "0.0.0.0:0"]
    try withFiles(options: options) { served in
      let response = try served.get("/index.html")
      #expect(response.status == 200)
      #expect(served.server.events("debug-listening").isEmpty)
    }
    try withFiles(["--debug-socket", "127.0.0.1:0"], options: options) { served in
      _ = try served.debugAddress
    }
  }

  @Test func asksForItsOwnExposureToBeConsidered() throws {
    try withFiles(["--debug-socket", "0.0.0.0:0"]) { served in
      let problem = try served.server.event("problem")
      #expect(problem["code"]?.text == "SW218")
    }
  }

  @Test func aSocketFileIsItsOwnersAlone() throws {
    try withScratchDirectory(named: "debug-socket") { directory in
      let path = directory.path + "/debug.sock"
      try withFiles(["--debug-socket", "unix:\(path)"]) { served in
        #expect(try served.debugAddress == "unix:\(path)")
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        let client = try RawClient(unix: path)
        try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.response().status == 403)
      }
      #expect(access(path, F_OK) == -1)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "root can become somebody else"))
  func somebodyElseIsHungUpOn() throws {
    try withFiles { served in
      let port = try served.debugPort
      let script = """
        exec 3<>/dev/tcp/127.0.0.1/\(port) && printf 'GET / HTTP/1.1\\r\\n\\r\\n' >&3 && cat <&3
        """
      func run(_ user: [String]) throws -> String {
        try CommandRun(user + ["/bin/bash", "-c", script]).text
      }
      #expect(try run([]).contains("403"))
      let other = try run(["/usr/bin/setpriv", "--reuid", "65534", "--clear-groups", "--"])
      #expect(!other.contains("403"))
      try served.server.event("problem") { $0["code"]?.text == "SW171" }
    }
  }

  @Test(.needs(DebuggerPrograms.lldbServer))
  func aSessionEndsWithTheAddressThatItCameTo() throws {
    try withServedProject { served in
      let (first, second) = ("\(served.project.path)/1.sock", "\(served.project.path)/2.sock")
      try served.project.save("debug-socket: unix:\(first)\n", to: "slipway.yaml")
      try served.server.event("debug-listening") { $0["address"]?.text == "unix:\(first)" }
      let client = try RemoteClient(unix: first)
      #expect(try client.ask("QStartNoAckMode") == "OK")
      client.acknowledges = false
      #expect(try client.ask("?").hasPrefix("T"))
      try client.tell("c")
      let server = served.server
      try client.keepGoing("c", until: Concurrent { try server.event("debugger-attached") })
      try served.project.save("debug-socket: unix:\(second)\n", to: "slipway.yaml")
      try client.proceedPastRestart("c")
      let listening = Concurrent {
        try server.event("debug-listening") { $0["address"]?.text == "unix:\(second)" }
      }
      try client.keepGoing("c", until: listening)
      _ = try client.untilHungUp()
      try served.server.event("debugger-detached")
      #expect(access(first, F_OK) == -1)
      #expect(ProcessInspection.descendants(of: served.server.pid, running: "debug-relay").isEmpty)
      #expect(try served.get().text == "rev-1")
      // And back, where the relay of the session had listened, too.
      try served.project.save("debug-socket: unix:\(first)\n", to: "slipway.yaml")
      let mark = served.server.mark
      try served.server.event("debug-listening", since: mark)
      let next = try RemoteClient(unix: first)
      #expect(try next.ask("QStartNoAckMode") == "OK")
      next.acknowledges = false
      #expect(try next.ask("D") == "OK")
      #expect(served.server.events("problem").isEmpty)
    }
  }

  @Test(.needs(DebuggerPrograms.lldbServer))
  func theNextDebuggerIsWelcomeAsSoonAsOneHasGone() throws {
    try withFiles { served in
      for number in 0..<6 {
        let client = try RemoteClient(port: served.debugPort)
        #expect(try client.ask("QStartNoAckMode") == "OK")
        client.acknowledges = false
        #expect(try client.ask("?").hasPrefix("T"))
        if number.isMultiple(of: 2) { #expect(try client.ask("D") == "OK") }
        client.hangUp()
      }
      #expect(try served.get("/index.html").status == 200)
      #expect(served.server.events("problem").isEmpty)
    }
  }

  /// Stopped at a breakpoint in its start, for one: the clock goes on, and requests wait.
  @Test(.needs(DebuggerPrograms.lldbServer))
  func anApplicationMayTakeAnyTimeToLoadUnderADebugger() throws {
    try withServedProject(arguments: ["--load-timeout", "1s"]) { served in
      #expect(try served.get().text == "rev-1")
      let client = try RemoteClient(port: served.debugPort)
      #expect(try client.ask("QStartNoAckMode") == "OK")
      client.acknowledges = false
      #expect(try client.ask("?").hasPrefix("T"))
      try client.tell("c")
      let text = try read("\(served.project.path)/\(served.project.textFile)")
      try served.project.save(
        text.replacing("rev-1", with: "rev-2")
          + "#include <unistd.h>\n__attribute__((constructor)) static void wait(void) { sleep(3); }\n",
        to: served.project.textFile
      )
      try client.proceedPastRestart("c")
      #expect(try client.keepGoing("c", until: served.getBeside()) == "rev-2")
      #expect(served.server.events("load-failed").isEmpty)
      client.hangUp()
      #expect(try served.get().text == "rev-2")
    }
  }

  @Test func aFileAtTheAddressOfTheSocketIsLeftAlone() throws {
    try withScratchDirectory(named: "debug-socket") { directory in
      try directory.write("kept", to: "notes.txt")
      let path = directory.path("notes.txt")
      try withFiles(["--debug-socket", "unix:\(path)"]) { served in
        try served.server.event("problem") { $0["code"]?.text == "SW216" }
        #expect(try served.get("/index.html").status == 200)
      }
      #expect(try read(path) == "kept")
    }
  }

  @Test(.needs(DebuggerPrograms.lldbServer))
  func aDebuggerThatCannotAttachBecauseOfAnotherTracerIsExplained() throws {
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      let tracer = try ForeignTracer(of: served.server.pid)
      let client = try RemoteClient(port: served.debugPort)
      try client.tell("QStartNoAckMode")
      _ = try client.untilHungUp()
      let problem = try served.server.event("problem")
      #expect(["SW211", "SW212"].contains(problem["code"]?.text))
      #expect(served.server.events("debugger-attached").isEmpty)
      tracer.end()
      #expect(try served.get().text == "rev-1")
    }
  }

  @Test func aDebuggerThatCameByAnotherWayIsAwaitedOnce() throws {
    try withServedProject(arguments: ["--wait-for-debugger", "--debug-socket", "off"]) { served in
      try served.server.event("debugger-awaited")
      #expect(try served.get().status == 503)
      let tracer = try ForeignTracer(of: served.server.pid)
      try served.server.event("debugger-came")
      #expect(try served.get().text == "rev-1")
      tracer.end()
      // Neither the next generation waits nor the one after it.
      for number in 2...4 {
        try served.project.save(text: "rev-\(number)")
        #expect(try served.get().text == "rev-\(number)")
      }
    }
  }

  @Test func answersNothingBeforeTheAwaitedDebuggerComes() throws {
    try withServedProject(arguments: ["--wait-for-debugger"]) { served in
      let awaited = try served.server.event("debugger-awaited")
      let address = try served.debugAddress
      #expect(awaited["address"]?.text == address)
      let page = try served.get(fields: "Accept: text/html\r\n")
      #expect(page.status == 503)
      #expect(page.text.contains("Waiting for a debugger"))
      #expect(page.text.contains("http-equiv=\"refresh\""))
      // A restart does not change that.
      try served.project.save(text: "rev-2")
      try served.server.event("ready") { $0["generation"]?.number == 2 }
      #expect(try served.get().status == 503)
      guard let lldb = DebuggerPrograms.lldb, DebuggerPrograms.lldbServer != nil else { return }
      let session = try LLDBSession(to: served, with: lldb)
      try session.proceed()
      try served.server.event("debugger-came")
      #expect(try served.get().text == "rev-2")
      try session.detach()
      // And the next generation waits for nobody.
      try served.project.save(text: "rev-3")
      #expect(try served.get().text == "rev-3")
    }
  }
}

/// Serves a directory of files, which needs no build.
func withFiles(
  _ arguments: [String] = [],
  options: ServerProcess.Options = ServerProcess.Options(),
  _ body: (ServedProject) throws -> Void
) throws {
  var options = options
  options.arguments += arguments
  try withScratchDirectory(named: "files") { directory in
    try directory.write("<p>Harbour</p>", to: "index.html")
    let project = Project(files: directory)
    try serve(project, options, body)
  }
}
