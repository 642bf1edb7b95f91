import Glibc
import SlipwayTestSupport
import Testing

/// What becomes of everybody else, and of the application, when it has crashed.
@Suite(.slow, .serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct SurvivalTests {
  @Test func everyOtherRequestInFlightGetsAnAnswer() throws {
    try DeathsProject.serve { served in
      let waiting = try (0..<50)
        .map { _ in
          let client = try served.connect()
          try client.send("GET /wait HTTP/1.1\r\nHost: e2e\r\nAccept: text/plain\r\n\r\n")
          return client
        }
      let mark = served.server.mark
      while served.server.events("application-log").count < 50 {
        try served.server.event("application-log", since: mark)
        usleep(1000)
      }
      #expect(try served.get("/die/null-read").status == 503)
      for client in waiting {
        let response = try client.response()
        #expect(response.status == 503)
        #expect(response.text.contains("SW181"))
      }
      #expect(try served.get("/alive").text == "calm GET")
    }
  }

  @Test func aResponseThatHadBegunIsCutAndNeverCompleted() throws {
    try DeathsProject.serve { served in
      let stream = try served.connect()
      try stream.send("GET /stream HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try stream.head().status == 200)
      _ = try stream.bytes(10)
      // Without chunks, the end of the connection would be the end of the body.
      let old = try served.connect()
      try old.send("GET /stream HTTP/1.0\r\nHost: e2e\r\n\r\n")
      #expect(try old.head().status == 200)
      _ = try old.bytes(5)
      #expect(try served.get("/die/null-read").status == 500)
      let rest = String(decoding: (try? stream.rest()) ?? [], as: UTF8.self)
      #expect(!rest.hasSuffix("0\r\n\r\n"))
      #expect(throws: RawClient.Failure.self) { try old.rest() }
    }
  }

  @Test func idleAndHalfSentRequestsGoOn() throws {
    try DeathsProject.serve { served in
      let idle = try served.connect()
      try idle.send("GET /alive HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try idle.response().text == "calm GET")
      let half = try served.connect()
      try half.send("GET /alive HTTP/1.1\r\nHo")
      let fresh = try served.connect()
      // So that the half is read by now, whatever loop it is on.
      for _ in 0..<4 { _ = try served.get("/alive") }
      #expect(try served.get("/die/index").status == 500)
      try idle.send("GET /alive HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try idle.response().text == "calm GET")
      try half.send("st: e2e\r\n\r\n")
      #expect(try half.response().text == "calm GET")
      try fresh.send("GET /alive HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try fresh.response().text == "calm GET")
    }
  }

  @Test func aRequestThatCrashedIsNotDoneAgain() throws {
    try DeathsProject.serve { served in
      let mark = served.server.mark
      let client = try served.connect()
      try client.send(
        "POST /die/fatal-error HTTP/1.1\r\nHost: e2e\r\nContent-Length: 3\r\n\r\nabc"
      )
      #expect(try client.response().status == 500)
      #expect(try client.rest().isEmpty)
      #expect(try served.get("/alive").text == "calm GET")
      try served.server.event("crashed", since: mark)
      #expect(try served.get("/alive").text == "calm GET")
      #expect(served.server.events("crashed", since: mark).count == 1)
    }
  }

  @Test func aCrashInTheInitialiserStaysAPageUntilASaveMendsIt() throws {
    try DeathsProject.serve { served in
      try served.project.save(text: "sinks at once")
      let page = try served.get("/alive")
      #expect(page.status == 500)
      #expect(page.text.contains("SW182"))
      #expect(page.text.contains("it does not float"))
      #expect(served.server.isRunning)
      try served.project.save(text: "calm")
      #expect(try served.get("/alive").text == "calm GET")
    }
  }

  @Test func aCrashLoopEndsAndASaveMendsIt() throws {
    try DeathsProject.serve([]) { served in
      let mark = served.server.mark
      try served.project.save(text: "sinks soon")
      try served.server.event("crashed", since: mark) { $0["held_back"] == .boolean(true) }
      #expect(served.server.events("crashed", since: mark).count == 3)
      let page = try served.get("/alive")
      #expect(page.status == 500)
      #expect(page.text.contains("SW182"))
      #expect(page.text.contains("it floats for a moment"))
      try served.project.save(text: "calm")
      #expect(try served.get("/alive").text == "calm GET")
    }
  }

  @Test func anApplicationThatHangsWhileLoadingShowsWhere() throws {
    try DeathsProject.serve(["--load-timeout", "1s"]) { served in
      try served.project.save(text: "hangs")
      let page = try served.get("/alive")
      #expect(page.status == 503)
      #expect(page.text.contains("SW184"))
      #expect(page.text.contains("/Sources/App/App.swift"), "\(page.text)")
      try served.project.save(text: "calm")
      #expect(try served.get("/alive").text == "calm GET")
    }
  }

  @Test func aCrashAtTheEndOfAGenerationLosesNoConnection() throws {
    try DeathsProject.serve { served in
      try served.project.save(text: "sinks at the end")
      let idle = try served.connect()
      try idle.send("GET /alive HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try idle.response().text == "sinks at the end GET")
      try served.project.save(text: "calm")
      #expect(try served.get("/alive").text == "calm GET")
      try idle.send("GET /alive HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try idle.response().text == "calm GET")
    }
  }

  @Test func aCrashDuringABuildEndsTheBuildAndMakesItAnew() throws {
    try DeathsProject.serve { served in
      let extra = "Sources/CDeaths/extra.c"
      defer { try? served.project.directory.remove(extra) }
      let hold = try BuildHold(pipe: served.project.path + "/.slipway/hold.fifo")
      let death = ".slipway/death"
      defer { try? served.project.directory.remove(death) }
      #expect(try served.get("/later?\(served.project.path)/\(death)").text == "soon")
      let mark = served.server.mark
      try served.project.save(hold.source, to: extra)
      let first = try hold.untilReached()
      try served.project.directory.write("", to: death)
      try served.server.event("crashed", since: mark)
      // The compiler that read it has been ended, and the next one must find another writer.
      first.drop()
      try hold.untilReached().release("int extra;\n")
      #expect(try served.get("/alive").text == "calm GET")
      #expect(served.server.isRunning)
    }
  }

  @Test(arguments: ["--http1.1", "--http2"])
  func aCrashIsAPageOverHTTPSToo(flag: String) throws {
    try DeathsProject.serve(["--tls", "--crash-limit", "0"]) { served in
      try served.server.event("ready")
      let fronts = served.fronts
      let page = try served.curl([flag], "/die/index")
      #expect(page.text.contains("SW180"), "\(page.text)")
      #expect(page.text.contains("Fatal error: Index out of range"))
      #expect(try served.curl([flag], "/alive").text == "calm GET")
      #expect(served.fronts == fronts)
    }
  }

  @Test func aChildThatCrashesIsNoCrashOfTheServer() throws {
    try DeathsProject.serve { (served) throws in
      #expect(try served.get("/child").text == "signal \(SIGSEGV)")
      #expect(try served.get("/alive").text == "calm GET")
      #expect(served.server.events("crashed").isEmpty)
    }
  }

  @Test func aHandlerThatTheApplicationInstallsIsItsOwn() throws {
    try DeathsProject.serve { (served) throws in
      #expect(try served.get("/handler").text == "installed")
      _ = try? served.get("/die/null-read")
      #expect(try served.server.untilEnd() == .exited(42))
    }
  }

  @Test func swiftsOwnBacktracerStillWorksWhereItIsSwitchedOn() throws {
    try DeathsProject.serve(environment: ["SWIFT_BACKTRACE": "enable=yes,color=no"]) { served in
      let page = try served.get("/die/index")
      #expect(page.status == 500)
      #expect(page.text.contains("Fatal error: Index out of range"))
      try served.server.event("application-output") {
        $0["message"]?.text?.contains("Program crashed: ") ?? false
      }
    }
  }

  @Test func aCrashCanBeReadLater() throws {
    try DeathsProject.serve { served in
      #expect(try served.get("/die/null-read").status == 500)
      try served.server.event("crashed")
      let slipway = BuiltProducts.path(of: "slipway")
      let run = try CommandRun([slipway, "crashes", served.project.path])
      #expect(run.end == .exited(0))
      #expect(run.text.contains("A null pointer was used"))
      #expect(run.text.contains("GET /die/null-read"))
    }
  }
}
