import Glibc
import SlipwayTestSupport
import Testing

/// What strangers send. The server stays up and serves everybody else.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct HostileTests {
  @Test func garbageIsAnsweredOrClosedAndTheServerServesOn() throws {
    try withServedProject { served in
      var generator = SystemRandomNumberGenerator()
      let crafted: [[UInt8]] = [
        Array("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}".utf8),
        Array("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n".utf8),
        Array(
          "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n"
            .utf8
        ),
        Array(
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
            .utf8
        ),
        Array("GET /%00%ff%fe/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n".utf8),
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
        Array("GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n".utf8),
        Array("GET / HTTP/1.1\r\n\r\n".utf8),
        Array("GET / HTTP/1.1\nHost: a\n\n".utf8),
        [0], [255], Array(repeating: 10, count: 5000),
      ]
      let random = (0..<60)
        .map { _ in
          (0..<Int.random(in: 1...3000)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
      for bytes in crafted + random {
        let client = try served.connect()
        try? client.send(bytes)
        client.closeOutput()
        let answer = String(decoding: (try? client.rest()) ?? [], as: UTF8.self)
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 "), "\(bytes.prefix(100)): \(answer)")
      }
      #expect(try served.get().text == "rev-1")
      #expect(served.generation(of: try served.get()) == 1)
    }
  }

  @Test func hugeHeadsAreRefused() throws {
    try withServedProject { served in
      let heads = [
        "GET /" + String(repeating: "a", count: 1_000_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "b", count: 1_000_000) + "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: 100_000) + "\r\n",
      ]
      for head in heads {
        let client = try served.connect()
        try? client.send(head)
        let status = try? client.head().status
        #expect(status.map { (400..<500).contains($0) } ?? true)
      }
      #expect(try served.get().text == "rev-1")
    }
  }

  @Test func slowClientsHoldUpNobody() throws {
    try withServedProject { served in
      let slow = try (0..<200)
        .map { _ in
          let client = try served.connect()
          try client.send("GET / HTTP/1.1\r\nHost: e2e\r\nX-")
          return client
        }
      for number in 0..<3 {
        for client in slow { try client.send("a") }
        #expect(try served.get().status == 200)
        try served.project.save(text: "slow-\(number)")
        #expect(try served.get().text == "slow-\(number)")
      }
      // They have been taken along, and are none the worse for it.
      for client in slow.prefix(20) {
        try client.send(": b\r\n\r\n")
        #expect(try client.response().text == "slow-2")
      }
    }
  }

  @Test func clientsThatGoAwayWhileHeldLeaveNothingBehind() throws {
    try withServedProject { served in
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      for number in 0..<100 {
        let client = try served.connect()
        try client.send("POST /echo HTTP/1.1\r\nHost: e2e\r\nContent-Length: 1000\r\n\r\nabc")
        if number.isMultiple(of: 2) { client.closeOutput() }
        client.close()
      }
      build.release(served.project.source(of: "rev-2"))
      #expect(try served.get().text == "rev-2")
      try served.project.save(text: "rev-3")
      #expect(try served.get().text == "rev-3")
    }
  }

  @Test func aClientThatDoesNotReadHoldsUpNoRestart() throws {
    try withServedProject(arguments: ["--grace", "300ms"]) { served in
      let client = try RawClient(port: served.port, receiveBuffer: 4096)
      for _ in 0..<50 { try client.send("GET /stream HTTP/1.1\r\nHost: e2e\r\n\r\n") }
      _ = try client.head()
      try served.project.save(text: "rev-2")
      #expect(try served.get().text == "rev-2")
    }
  }
}
