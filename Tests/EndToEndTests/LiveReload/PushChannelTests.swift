import SlipwayTestSupport
import Testing

/// The push channel from outside, byte by byte.
@Suite(.slow, .serialized, .timeLimit(.minutes(15)), .showingServerLog, .onLane)
struct LiveReloadTests {
  /// A WebSocket to the push channel.
  private struct Listener {
    let client: RawClient

    init(_ served: ServedProject, query: String, origin: String? = nil, host: String = "e2e") throws
    {
      client = try served.connect()
      try client.send(
        "GET /_slipway/live?\(query) HTTP/1.1\r\nHost: \(host)\r\nUpgrade: websocket\r\n"
          + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
          + (origin.map { "Origin: \($0)\r\n" } ?? "") + "\r\n"
      )
    }

    /// The next message; they are short.
    func message() throws -> String {
      let head = try client.bytes(2)
      var count = Int(head[1])
      if count == 126 { count = try client.bytes(2).reduce(0) { $0 << 8 | Int($1) } }
      return String(decoding: try client.bytes(count), as: UTF8.self)
    }

    func until(_ part: String) throws -> String {
      while true {
        let message = try message()
        if message.contains(part) { return message }
      }
    }
  }

  private func token(_ served: ServedProject) throws -> String {
    let script = try served.get("/_slipway/live.js").text
    let start = try #require(script.firstRange(of: "const token = \""))
    return String(script[start.upperBound...].prefix { $0 != "\"" })
  }

  /// The same connection hears of the old generation's end and of the new one's code, three times.
  @Test func aListenerIsTakenOverRestarts() throws {
    try withServedProject { served in
      _ = try served.get()
      let listener = try Listener(served, query: "t=\(try token(served))&v=x.1.0")
      #expect(try listener.client.head().status == 101)
      #expect(try listener.until("hello").contains(#""edition":1"#))
      for edition in 2..<5 {
        try served.project.save(text: "rev-\(edition)")
        // What is said in the instant of the restart may not be heard: who goes on is greeted anew.
        #expect(try listener.until("hello").contains(#""edition":\#(edition)"#))
        #expect(try listener.until("ready").contains(#""edition":\#(edition)"#))
        #expect(try served.get().text.contains("rev-\(edition)"))
      }
    }
  }

  @Test func whoHasNoTokenOrComesFromElsewhereIsRefused() throws {
    try withServedProject { served in
      let token = try token(served)
      let port = served.port
      for (query, origin, host, status) in [
        ("t=guess", "http://localhost:\(port)", "localhost:\(port)", 403),
        ("", nil, "localhost:\(port)", 403),
        ("t=\(token)", "http://evil.example", "localhost:\(port)", 403),
        ("t=\(token)", "null", "localhost:\(port)", 403),
        ("t=\(token)", "http://localhost:1", "localhost:\(port)", 403),
        ("t=\(token)", "http://evil.example:\(port)", "evil.example:\(port)", 403),
        ("t=\(token)", "http://localhost:\(port)", "localhost:\(port)", 101),
      ] as [(String, String?, String, Int)] {
        let listener = try Listener(served, query: query, origin: origin, host: host)
        let head = try listener.client.head()
        #expect(head.status == status, "\(query) \(origin ?? "-") \(host)")
      }
      // Nor can a script of another site have the token.
      let script = try served.get("/_slipway/live.js")
      #expect(script["cross-origin-resource-policy"] == "same-origin")
      #expect(script["access-control-allow-origin"] == nil)
    }
  }
}
