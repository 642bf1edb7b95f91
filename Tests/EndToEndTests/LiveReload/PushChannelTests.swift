import SlipwayTestSupport
import Testing

/// The push channel from outside, byte by byte.
@Suite(.slow, .serialized, .timeLimit(.minutes(15)), .showingServerLog, .onLane)
struct PushChannelTests {
  /// A WebSocket to the push channel.
  private struct Listener {
    let client: RawClient

    init(
      _ served: ServedProject,
      query: String,
      origin: String? = "http://e2e",
      host: String = "e2e"
    ) throws {
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

    func until(_ parts: String...) throws -> String {
      while true {
        let message = try message()
        if parts.allSatisfy(message.contains) { return message }
      }
    }
  }

  private func token(_ served: ServedProject) throws -> String {
    let script = try served.get("/_slipway/live.js").text
    let start = try #require(script.firstRange(of: "const token = \""))
    return String(script[start.upperBound...].prefix { $0 != "\"" })
  }

  /// The same connection hears of the new generation's code, three times; and no restart waits for it:
  /// with that much grace, nobody here would live to see it.
  @Test func aListenerIsTakenOverRestarts() throws {
    try withServedProject(arguments: ["--grace", "60m"]) { served in
      _ = try served.get()
      let listener = try Listener(served, query: "t=\(try token(served))&v=x.1.0.0.0")
      #expect(try listener.client.head().status == 101)
      #expect(try listener.until("hello").contains(#""edition":1"#))
      for edition in 2..<5 {
        try served.project.save(text: "rev-\(edition)")
        // What is said in the instant of the restart may not be heard: who goes on is greeted anew,
        // perhaps when the code answers already.
        _ = try listener.until(#""state":"ready""#, #""edition":\#(edition)"#)
        #expect(try served.get().text.contains("rev-\(edition)"))
      }
    }
  }

  /// Before a restart and behind it: a page that is open keeps its place, and takes nobody else's.
  @Test func anOpenPageIsOneOfTheConnectionsThatAreLimited() throws {
    try withServedProject(arguments: ["--connection-limit", "2"]) { served in
      let token = try token(served)
      let listener = try Listener(served, query: "t=\(token)&v=x.1.0.0.0")
      #expect(try listener.client.head().status == 101)
      let request = "GET / HTTP/1.1\r\nHost: e2e\r\n\r\n"
      var client: RawClient
      // The connection that brought the token may not be closed yet, and then is one of the two.
      repeat {
        client = try served.connect()
        try client.send(request)
      } while try client.response().status == 503
      for revision in 1..<3 {
        if revision > 1 {
          try served.project.save(text: "rev-\(revision)")
          _ = try listener.until(#""state":"ready""#, #""edition":\#(revision)"#)
        }
        try client.send(request)
        #expect(try client.response().text.contains("rev-\(revision)"))
        let refused = try served.get()
        #expect(refused.status == 503)
        #expect(refused.text.contains("SW140"))
      }
    }
  }

  @Test func whoHasNoTokenOrComesFromElsewhereIsRefused() throws {
    try withServedSite { served in
      let token = try token(served)
      let port = served.port
      let own = "http://localhost:\(port)"
      for (query, origin, host, status) in [
        ("t=guess", own, "localhost:\(port)", 403),
        ("", own, "localhost:\(port)", 403),
        ("t=\(token)", nil, "localhost:\(port)", 403),
        ("t=\(token)", "null", "localhost:\(port)", 403),
        ("t=\(token)", "http://evil.example", "localhost:\(port)", 403),
        ("t=\(token)", "http://localhost:1", "localhost:\(port)", 403),
        // A name of somebody else's that leads here (DNS rebinding).
        ("t=\(token)", "http://evil.example:\(port)", "evil.example:\(port)", 403),
        ("t=\(token)", own, "localhost:\(port)", 101),
        // Behind a proxy that ends TLS.
        ("t=\(token)", "https://localhost:\(port)", "localhost:\(port)", 101),
        // A phone, by the address of this machine.
        ("t=\(token)", "http://192.0.2.7:\(port)", "192.0.2.7:\(port)", 101),
      ] as [(String, String?, String, Int)] {
        let listener = try Listener(served, query: query, origin: origin, host: host)
        let head = try listener.client.head()
        #expect(head.status == status, "\(query) \(origin ?? "-") \(host)")
      }
    }
  }

  /// The script has the token, so other sites get neither; and they cause nothing by asking.
  @Test func otherSitesGetNothingOfTheServersOwn() throws {
    try withServedSite { served in
      for path in ["live.js", "live", "debugger", "nothing"] {
        for method in ["GET", "POST"] {
          for foreign in [
            "Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Site: same-site",
          ] {
            let client = try served.connect()
            try client.send(
              "\(method) /_slipway/\(path) HTTP/1.1\r\nHost: e2e\r\nContent-Length: 0\r\n\(foreign)\r\n\r\n"
            )
            let response = try client.response()
            #expect(response.status == 403, "\(method) \(path) \(foreign)")
            #expect(!response.text.contains("token ="))
          }
        }
      }
      let script = try served.get("/_slipway/live.js")
      #expect(script["cross-origin-resource-policy"] == "same-origin")
      #expect(script["access-control-allow-origin"] == nil)
      #expect(script["cache-control"] == "no-store")
      let rebound = try served.connect()
      try rebound.send("GET /_slipway/live.js HTTP/1.1\r\nHost: evil.example\r\n\r\n")
      #expect(try rebound.response().status == 403)
    }
  }

  /// Nothing is said for longer than requests, bodies and idle connections may take.
  @Test func aQuietListenerIsKept() throws {
    let limits = ["head", "body", "idle", "write"].flatMap { ["--\($0)-timeout", "1s"] }
    try withServedSite(limits) { served in
      let listener = try Listener(served, query: "t=\(try token(served))&v=x.1.0.0.0")
      #expect(try listener.client.head().status == 101)
      _ = try listener.until("hello")
      #expect(listener.client.isSilent(for: 3000))
      try served.project.save("p {}", to: "style.css")
      #expect(try listener.until("changed").contains("/style.css"))
    }
  }

  /// A directory of files: there is nothing to be built.
  private func withServedSite(
    _ arguments: [String] = [],
    _ body: (ServedProject) throws -> Void
  ) throws {
    try withScratchDirectory { directory in
      try directory.write("<!doctype html>\n<title>Page</title>\n", to: "index.html")
      try directory.write("", to: "style.css")
      var options = ServerProcess.Options()
      options.arguments = arguments
      try serve(Project(files: directory), options, body)
    }
  }
}
