import Glibc
import SlipwayTestSupport
import Testing

/// Logs in files.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct LogTests {
  @Test func everyRequestIsInTheAccessLogWithTheIDOfItsPage() throws {
    let arguments = ["--access-log", "format=%r %>s %L %{X-Id}i"]
    try withServedProject { project in
      arguments + ["--access-log", "\(project.path)/.slipway/log/access.log"]
    } _: { served in
      let file = served.project.path + "/.slipway/log/access.log"
      for number in 2..<5 {
        #expect(try served.get("/?\(number)", fields: "X-Id: a\"b\r\n").status == 200)
        try served.project.save(text: "rev-\(number)")
        #expect(try served.get().text == "rev-\(number)")
      }
      let failed = try served.get("/fail", fields: "X-Request-Id: mine\r\n")
      #expect(failed.status == 500)
      try served.end()
      let lines = try read(file).split(separator: "\n").map(String.init)
      #expect(lines.count == 7)
      #expect(lines[0].hasPrefix("GET /?2 HTTP/1.1 200 1-") && lines[0].hasSuffix(#" a\"b"#))
      let last = try #require(lines.last?.split(separator: " "))
      #expect(last[..<4] == ["GET", "/fail", "HTTP/1.1", "500"])
      // Page, error event and access log name the same exchange, whatever the client calls it.
      #expect(failed.text.contains("request \(last[4])\n"))
      let logged = served.server.events("application-log").compactMap { $0["request"]?.text }
      #expect(logged == [String(last[4])])
      // Generations count on: no id is there twice.
      let ids = lines.compactMap { $0.split(separator: " ").dropFirst(4).first }
      #expect(Set(ids).count == ids.count)
    }
  }

  @Test func anAccessLogThatIsOffLeavesFailuresInTheLog() throws {
    try withServedProject { _ in
      ["--access-log", "off"]
    } _: { served in
      #expect(try served.get("/quiet").status == 200)
      #expect(try served.get("/fail").status == 500)
      try served.end()
      #expect(served.server.events("application-log").count == 1)
      #expect(served.server.events("exchange").isEmpty)
      #expect(access(served.project.path + "/off", F_OK) == -1)
    }
  }

  @Test func theErrorLogHasFailuresAndOutputAndRotates() throws {
    try withServedProject { project in
      let file = "\(project.path)/.slipway/error.log"
      return ["--error-log", file, "--error-log", "rotate=64K", "--error-log", "keep=100"]
    } _: { served in
      let file = served.project.path + "/.slipway/error.log"
      #expect(try served.get("/fail").status == 500)
      for number in 2..<4 {
        #expect(try served.get("/print/1000").status == 200)
        try served.project.save(text: "rev-\(number)")
      }
      #expect(try served.get("/print/1000").status == 200)
      try served.end()
      let names = (1...100).reversed().map { "\(file).\($0)" } + [file]
      let lines = names.filter { access($0, F_OK) == 0 }.compactMap { try? read($0) }.joined()
        .split(separator: "\n")
      #expect(access(file + ".1", F_OK) == 0)
      #expect(lines.contains { $0.contains("[error] [SW022] [request 1-") })
      let printed = lines.filter { $0.contains("[stdout] [mount /] ") }
        .compactMap { $0.split(separator: "] ").last.map(String.init) }
      #expect(printed == (1..<4).flatMap { text in (0..<1000).map { "rev-\(text) \($0)" } })
    }
  }

  @Test func aHangupWithoutATerminalReopensTheLogs() throws {
    var options = ServerProcess.Options()
    // A session of its own has no terminal; setsid(1) waits for the server, and ends as it does.
    options.script = "exec /usr/bin/setsid --wait \"$@\""
    try withServedProject(options) { project in
      ["--access-log", "\(project.path)/.slipway/access.log", "--access-log", "format=%U"]
    } _: { served in
      let file = served.project.path + "/.slipway/access.log"
      let server = try #require(served.project.serverFile?["pid"]?.number.flatMap { pid_t($0) })
      defer { kill(server, SIGKILL) }
      #expect(try served.get("/one").status == 200)
      try served.server.event("exchange") { $0["target"]?.text == "/one" }
      try #require(rename(file, file + ".old") == 0)
      kill(server, SIGHUP)
      while access(file, F_OK) == -1 { sched_yield() }
      #expect(try served.get("/two").status == 200)
      try served.project.save(text: "rev-2")
      #expect(try served.get("/three").text == "rev-2")
      kill(server, SIGHUP)
      #expect(try served.get("/four").status == 200)
      kill(server, SIGTERM)
      #expect(try served.server.untilEnd() == .exited(0))
      #expect(try read(file + ".old") == "/one\n")
      #expect(try read(file) == "/two\n/three\n/four\n")
    }
  }

  @Test func aLogThatCannotBeOpenedIsSaidAndTheServerServes() throws {
    try withServedProject { project in
      try? project.save("in the way", to: "logs")
      return ["--access-log", "\(project.path)/logs/access.log"]
    } _: { served in
      try served.server.event("problem") { $0["code"]?.text == "SW150" }
      #expect(try served.get().status == 200)
    }
  }
}

/// Serves an application in C with arguments that depend on where it is.
private func withServedProject(
  _ options: ServerProcess.Options = ServerProcess.Options(),
  _ arguments: (Project) -> [String],
  _ body: (ServedProject) throws -> Void
) throws {
  try ProjectPool.withProject { project in
    var options = options
    options.arguments += arguments(project)
    try serve(project, options, body)
  }
}
