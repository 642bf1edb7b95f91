import Glibc
import SlipwayTestSupport
import Testing

/// How the server ends.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct EndingTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func theFirstSignalEndsItInOrder(signal: Int32) throws {
    try withServedProject { served in
      let slow = try served.connect()
      try slow.send("GET /wait/500 HTTP/1.1\r\nHost: e2e\r\n\r\n")
      try served.server.event("application-log") { $0["message"]?.text == "waiting" }
      #expect(served.project.serverFile != nil)
      served.server.send(signal)
      #expect(try slow.response().text == "rev-1")
      #expect(try served.server.untilEnd() == .exited(0))
      #expect(served.project.serverFile == nil)
      #expect(throws: RawClient.Failure.self) { try served.connect() }
    }
  }

  @Test func theSecondSignalEndsItAtOnce() throws {
    try withServedProject(arguments: ["--grace", "50s"]) { served in
      let stream = try served.connect()
      try stream.send("GET /stream HTTP/1.1\r\nHost: e2e\r\n\r\n")
      _ = try stream.head()
      served.server.send(SIGINT)
      try served.server.event("stopping")
      #expect(served.server.isRunning)
      served.server.send(SIGINT)
      #expect(try served.server.untilEnd() == .exited(128 + SIGINT))
    }
  }

  @Test func anEndDuringABuildLeavesNoCompilerBehind() throws {
    try withServedProject { served in
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      let compilers = ProcessInspection.descendants(of: served.server.pid, running: "text.c")
      #expect(!compilers.isEmpty)
      served.server.send(SIGINT)
      #expect(try served.server.untilEnd() == .exited(0))
      for compiler in compilers { #expect(!ProcessInspection.isRunning(compiler)) }
      _ = consume build
    }
  }

  @Test func aRequestThatIsHeldAtTheEndIsAnsweredOrClosed() throws {
    try withServedProject { served in
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      let client = try served.connect()
      try client.send("GET / HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(client.isSilent(for: 200))
      served.server.send(SIGINT)
      #expect(try served.server.untilEnd() == .exited(0))
      let rest = String(decoding: try client.rest(), as: UTF8.self)
      #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 503 "))
      _ = consume build
    }
  }

  @Test func aHangupIsIgnoredIfItWasAtTheStart() throws {
    var options = ServerProcess.Options()
    options.script = "trap '' HUP; exec \"$@\""
    try withServedProject(options) { served in
      for number in 2..<4 {
        served.server.send(SIGHUP)
        try served.project.save(text: "rev-\(number)")
        #expect(try served.get().text == "rev-\(number)")
      }
      served.server.send(SIGHUP)
      served.server.send(SIGTERM)
      #expect(try served.server.untilEnd() == .exited(0))
      #expect(served.server.events("stopping").compactMap { $0["reason"]?.text } == ["signal 15"])
    }
  }

  @Test func itServesWithoutStandardDescriptors() throws {
    var options = ServerProcess.Options()
    options.script = "exec \"$@\" <&- >&-"
    try ProjectPool.withProject { project in
      let server = try ServerProcess(serving: project.path, options)
      defer { server.stop() }
      try server.event("ready")
      let served = ServedProject(project: project, server: server, port: try server.port)
      #expect(try served.get().text == "rev-1")
      try project.save(text: "rev-2")
      #expect(try served.get().text == "rev-2")
    }
  }

  @Test func itStartsAgainWhereItWasKilled() throws {
    try withServedProject { served in
      #expect(try served.get().text == "rev-1")
      served.server.send(SIGKILL)
      _ = try served.server.untilEnd()
      // The file of the dead server is still there, and nobody minds.
      #expect(served.project.serverFile?["pid"]?.number == Int(served.server.pid))
      try serve(served.project) { (again) throws in
        #expect(try again.get().text == "rev-1")
        #expect(again.project.serverFile?["pid"]?.number == Int(again.server.pid))
      }
    }
  }
}
