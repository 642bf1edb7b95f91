import Glibc
import SlipwayTestSupport
import Testing

/// What applications print: whole lines with the mount's name, none lost, none twice.
@Suite(.serialized, .timeLimit(.minutes(5)), .showingServerLog, .onLane)
struct OutputTests {
  /// The lines that an application has printed on one stream, in their order.
  private static func lines(
    of server: ServerProcess,
    _ stream: String = "stdout"
  ) -> [String] {
    server.events("application-output").filter { $0["stream"]?.text == stream }
      .compactMap { $0["message"]?.text }
  }

  @Test func everyLineIsShownOnceAndInOrderOverTwentyRestarts() throws {
    try withServedProject { served in
      var expected: [String] = []
      for number in 1...20 {
        try served.project.save(text: "rev-\(number)")
        for _ in 0..<5 {
          #expect(try served.get("/print/40").text == "rev-\(number)")
          expected += (0..<40).map { "rev-\(number) \($0)" }
        }
      }
      try served.end()
      let lines = Self.lines(of: served.server)
      let difference = zip(lines, expected).enumerated().first { $1.0 != $1.1 }
      #expect(difference == nil, "\(difference.map { "\($0)" } ?? "")")
      #expect(lines.count == expected.count)
      let event = try #require(served.server.events("application-output").first)
      #expect(event["source"]?.text == "/")
    }
  }

  @Test func aLineWithoutAnEndIsShownBeforeTheRestart() throws {
    try withServedProject { served in
      for number in 2..<5 {
        #expect(try served.get("/begin").status == 200)
        try served.project.save(text: "rev-\(number)")
        #expect(try served.get("/print/1").text == "rev-\(number)")
      }
      #expect(try served.get("/begin").status == 200)
      try served.end()
      let expected = (2..<5).flatMap { ["begun", "rev-\($0) 0"] } + ["begun"]
      #expect(Self.lines(of: served.server) == expected)
    }
  }

  @Test func theLastWordsOfACrashReachTheTerminal() throws {
    try withServedProject { served in
      #expect(try served.get("/print/3").status == 200)
      let client = try served.connect()
      try client.send("GET /crash HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try served.server.untilEnd() == .killed(signal: SIGABRT))
      let expected = ["rev-1 0", "rev-1 1", "rev-1 2", "going"]
      let lines = Self.lines(of: served.server)
      // What was being shown when it died may be there twice, and nothing is missing.
      var next = 0
      for line in lines where next < expected.count && line == expected[next] { next += 1 }
      #expect(next == expected.count && Set(lines) == Set(expected), "\(lines)")
      let words = "\u{1b}[31mgone\u{1b}[0m"
      #expect(Self.lines(of: served.server, "stderr").contains { $0.hasPrefix(words) })
    }
  }

  @Test func aKilledServerLosesNothingThatWasPrinted() throws {
    try withServedProject { (served) throws in
      #expect(try served.get("/print/20000").status == 200)
      served.server.send(SIGKILL)
      #expect(try served.server.untilEnd() == .killed(signal: SIGKILL))
      let lines = Self.lines(of: served.server)
      // What was being shown when it died may be there twice, and nothing is missing.
      var next = 0
      for line in lines where line == "rev-1 \(next)" { next += 1 }
      #expect(next == 20_000)
    }
  }

  @Test func aHundredThousandLinesHoldUpNobody() throws {
    try withServedProject { served in
      let chatty = Concurrent { [port = served.port] in
        let client = try RawClient(port: port)
        try client.send("GET /print/100000 HTTP/1.1\r\nHost: e2e\r\n\r\n")
        return try client.response().status
      }
      #expect(try chatty.value() == 200)
      #expect(try served.get().text == "rev-1")
      try served.end()
      #expect(Self.lines(of: served.server) == (0..<100_000).map { "rev-1 \($0)" })
    }
  }

  @Test func aTextLogNamesTheMountWhereBothStreamsAreOne() throws {
    var options = ServerProcess.Options()
    options.format = ["--log-format", "text"]
    options.script = "exec \"$@\" 3>&2 2>&1"
    try ProjectPool.withProject { project in
      let server = try ServerProcess(serving: project.path, options)
      defer { server.stop() }
      try Self.crash(server)
      let lines = server.text.split(separator: "\n")
      #expect(lines.contains { $0.hasSuffix("  stdout    /: going") })
      #expect(lines.contains { $0.contains("  stderr    /: ") })
    }
  }

  @Test func redirectedOutputGoesWhereTheUserSentIt() throws {
    var options = ServerProcess.Options()
    options.format = ["--log-format", "text"]
    try ProjectPool.withProject { project in
      let server = try ServerProcess(serving: project.path, options)
      defer { server.stop() }
      try Self.crash(server)
      let lines = server.text.split(separator: "\n")
      #expect(lines.contains("going"))
      #expect(!lines.contains { $0.contains("/: going") })
      #expect(lines.contains { $0.hasPrefix("Slipway listening on ") })
    }
  }

  @Test func rawOutputIsLeftAlone() throws {
    try withServedProject(arguments: ["--application-output", "raw"]) { served in
      let client = try served.connect()
      try client.send("GET /crash HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try served.server.untilEnd() == .killed(signal: SIGABRT))
      #expect(served.server.events("application-output").isEmpty)
      #expect(served.server.text.contains("\u{1b}[31mgone\u{1b}[0m"))
    }
  }

  @Test func outputIsLedAnotherWayWhenTheConfigurationSaysSo() throws {
    try withServedProject(prepare: { try $0.save("grace: 2s\n", to: "slipway.yaml") }) { served in
      #expect(try served.get("/print/1").status == 200)
      for way in ["raw", "prefixed", "raw"] {
        let mark = served.server.mark
        try served.project.save("application-output: \(way)\n", to: "slipway.yaml")
        try served.server.event("ready", since: mark)
        #expect(try served.get("/print/1").status == 200)
      }
      try served.end()
      #expect(Self.lines(of: served.server) == ["rev-1 0", "rev-1 0"])
    }
  }

  /// Has the application of a server with a text log crash.
  private static func crash(_ server: ServerProcess) throws {
    let line = try server.untilListening()
    let url = line.split(separator: " ").first { $0.hasPrefix("http://") }
    let port = try #require(url?.split(separator: ":").last.flatMap { UInt16($0) })
    let client = try RawClient(port: port)
    try client.send("GET /crash HTTP/1.1\r\nHost: e2e\r\n\r\n")
    #expect(try server.untilEnd() == .killed(signal: SIGABRT))
  }
}

extension ServedProject {
  /// Ends the server in order, and waits until all that it has written is here.
  func end() throws {
    server.send(SIGINT)
    #expect(try server.untilEnd() == .exited(0))
  }
}

/// The same with an application in Swift, whose `print` ends in C's stdout.
@Suite(.slow, .serialized, .timeLimit(.minutes(15)), .showingServerLog, .onLane)
struct SwiftOutputTests {
  @Test func everyPrintIsShownOnceAndInOrderOverTwentyRestarts() throws {
    try withScratchDirectory { directory in
      try serve(try Project.swift(in: directory)) { served in
        var expected: [String] = []
        for number in 1...20 {
          try served.project.save(text: "rev-\(number)")
          for _ in 0..<3 {
            #expect(try served.get("/print").text == "rev-\(number)")
            expected.append("rev-\(number) printed")
          }
        }
        try served.end()
        let lines = served.server.events("application-output").compactMap { $0["message"]?.text }
        #expect(lines == expected)
      }
    }
  }
}
