import Glibc
import SlipwayTestSupport
import Testing

/// Connections and exchanges around a restart.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct RestartTests {
  @Test func aRunningRequestEndsInItsOldCode() throws {
    try withServedProject { served in
      let slow = try served.connect()
      try slow.send("GET /wait/1500 HTTP/1.1\r\nHost: e2e\r\n\r\n")
      try served.server.event("application-log") { $0["message"]?.text == "waiting" }
      let mark = served.server.mark
      try served.project.save(text: "rev-2")
      #expect(try served.get().text == "rev-2")
      let response = try slow.response()
      #expect(response.status == 200)
      #expect(response.text == "rev-1")
      #expect(served.server.events("cut", since: mark).isEmpty)
    }
  }

  @Test func aStreamThatNeverEndsIsCutAfterTheGracePeriod() throws {
    try withServedProject(arguments: ["--grace", "300ms"]) { served in
      let stream = try served.connect()
      try stream.send("GET /stream HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try stream.head().status == 200)
      _ = try stream.bytes(20)
      let mark = served.server.mark
      try served.project.save(text: "rev-2")
      #expect(try served.get().text == "rev-2")
      #expect(try served.server.event("cut", since: mark)["exchanges"]?.number == 1)
      // The end of the connection, without the chunk that would make the body look whole.
      let rest = String(decoding: (try? stream.rest()) ?? [], as: UTF8.self)
      #expect(!rest.hasSuffix("0\r\n\r\n"))
      #expect(served.server.isRunning)
    }
  }

  @Test func anIdleConnectionOutlivesRestarts() throws {
    try withServedProject { served in
      let client = try served.connect()
      try client.send("GET / HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try client.response().text == "rev-1")
      for number in 2..<6 {
        try served.project.save(text: "rev-\(number)")
        #expect(try served.get().text == "rev-\(number)")
        try client.send("GET / HTTP/1.1\r\nHost: e2e\r\n\r\n")
        #expect(try client.response().text == "rev-\(number)")
      }
    }
  }

  @Test func aHalfSentHeadIsCompletedAfterTheRestart() throws {
    try withServedProject { served in
      let client = try served.connect()
      try client.send("GET / HTTP/1.1\r\nHo")
      let fresh = try served.connect()
      try served.project.save(text: "rev-2")
      #expect(try served.get().text == "rev-2")
      try client.send("st: e2e\r\n\r\n")
      #expect(try client.response().text == "rev-2")
      try fresh.send("GET / HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try fresh.response().text == "rev-2")
    }
  }

  @Test func aHalfSentBodyIsCompletedAroundTheRestart() throws {
    try withServedProject { served in
      let client = try served.connect()
      // Held: its head comes after the save.
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      try client.send(
        "POST /echo HTTP/1.1\r\nHost: e2e\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"
      )
      build.release(served.project.source(of: "rev-2"))
      #expect(try served.get().text == "rev-2")
      try client.send("c\r\n2\r\nde\r\n0\r\n\r\n")
      #expect(try client.response().text == "rev-2 5 \(adler32(Array("abcde".utf8)))")
    }
  }

  @Test func pipelinedRequestsKeepTheirOrderAroundARestart() throws {
    try withServedProject { served in
      let client = try served.connect()
      try client.send("GET /wait/700 HTTP/1.1\r\nHost: e2e\r\n\r\n")
      try served.server.event("application-log") { $0["message"]?.text == "waiting" }
      try served.project.save(text: "rev-2")
      for length in 1...5 {
        try client.send("POST /echo HTTP/1.1\r\nHost: e2e\r\nContent-Length: \(length)\r\n\r\n")
        try client.send([UInt8](repeating: 97, count: length))
      }
      #expect(try client.response().text == "rev-1")
      for length in 1...5 {
        let sum = adler32([UInt8](repeating: 97, count: length))
        #expect(try client.response().text == "rev-2 \(length) \(sum)")
      }
    }
  }

  @Test func aRequestThatAsksToCloseIsAnsweredAfterTheRestartAndClosed() throws {
    try withServedProject { served in
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      let client = try served.connect()
      try client.send("GET / HTTP/1.1\r\nHost: e2e\r\nConnection: close\r\n\r\n")
      client.closeOutput()
      #expect(client.isSilent(for: 200))
      build.release(served.project.source(of: "rev-2"))
      #expect(try client.response().text == "rev-2")
      #expect(try client.rest().isEmpty)
    }
  }

  @Test func aClientThatExpectsToBeToldToContinueIsToldByTheNewCode() throws {
    try withServedProject { served in
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      let client = try served.connect()
      try client.send(
        "POST /echo HTTP/1.1\r\nHost: e2e\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
      )
      build.release(served.project.source(of: "rev-2"))
      #expect(try client.response().status == 100)
      try client.send("abc")
      #expect(try client.response().text.hasPrefix("rev-2 3 "))
    }
  }

  @Test func aRequestThatIsHeldForTooLongIsAskedToComeBack() throws {
    try withServedProject(arguments: ["--hold-timeout", "300ms"]) { served in
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      let response = try served.get()
      #expect(response.status == 503)
      #expect(response["retry-after"] != nil)
      #expect(response.text.contains("being built"), "\(response.text)")
      build.release(served.project.source(of: "rev-2"))
      try served.server.event("ready") { ($0["generation"]?.number ?? 0) > 1 }
      #expect(try served.get().text == "rev-2")
    }
  }
}
