import SlipwayTestSupport
import Testing

/// What a browser can be made to do to a server on its own machine, and cannot be made to do to
/// this one.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct HostTests {
  private static let strict: ServerProcess.Options = {
    var options = ServerProcess.Options()
    options.hosts = []
    return options
  }()

  private static let websocket =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

  @Test func aReboundNameGetsNothing() throws {
    try withServedProject(
      Self.strict,
      prepare: {
        try $0.save("mounts:\n  /: swift:.\n  /static: files:public\n", to: "slipway.yaml")
        try $0.save("A secret", to: "public/secret.txt")
      },
      { served in
        for host in [
          "evil.example", "evil.example:\(served.port)", "localhost.evil.example", "e2e",
          "127.0.0.1.nip.io", "EVIL.EXAMPLE.", "localhost6", "xlocalhost",
        ] {
          for target in ["/", "/static/secret.txt", "/_slipway/", "/nowhere"] {
            for fields in ["", Self.websocket, "Origin: http://\(host)\r\n"] {
              let client = try served.connect()
              try client.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n")
              let response = try client.response()
              #expect(response.status == 403, "\(host) \(target)")
              #expect(response.text.contains("SW029"), "\(host) \(target)")
              #expect(!response.text.contains("A secret"))
            }
          }
        }
        for host in [
          "localhost", "app.localhost:1", "127.0.0.1:\(served.port)", "[::1]", "10.0.0.1",
        ] {
          let client = try served.connect()
          try client.send("GET /static/secret.txt HTTP/1.1\r\nHost: \(host)\r\n\r\n")
          #expect(try client.response().text == "A secret", "\(host)")
        }
      }
    )
  }

  @Test func theRefusalSaysWhatToWriteAndThatHelpsAtOnce() throws {
    try withServedProject(
      Self.strict,
      prepare: { try $0.save("mounts:\n  /: swift:.\n", to: "slipway.yaml") },
      { served in
        let refused = try served.get("/", host: "app.test")
        #expect(refused.status == 403)
        #expect(refused.text.contains("allowed-hosts: [app.test]"))
        let mark = served.server.mark
        try served.project.save(
          "allowed-hosts: [app.test]\nmounts:\n  /: swift:.\n",
          to: "slipway.yaml",
          .rename
        )
        // Not the one of the start, which may come late.
        try served.server.event("ready", since: mark) { $0["generation"]?.number == 2 }
        #expect(try served.get("/", host: "app.test").text == "rev-1")
        #expect(try served.get("/", host: "evil.example").status == 403)
      }
    )
  }

  @Test func aNameThatIsListenedOnIsAnsweredFor() throws {
    var options = Self.strict
    options.listen = ["--listen", "localhost:0"]
    try withServedProject(options) { served in
      #expect(try served.get("/", host: "localhost:\(served.port)").text == "rev-1")
      #expect(try served.server.untilListening().contains("http://localhost:\(served.port) "))
      // Browsers try it first.
      if let client = try RawClient(ipv6Port: served.port) {
        try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.response().text == "rev-1")
      }
      // Both sockets outlive the restart.
      try served.project.save(text: "rev-2")
      #expect(try served.get("/", host: "localhost").text == "rev-2")
      if let client = try RawClient(ipv6Port: served.port) {
        try client.send("GET / HTTP/1.1\r\nHost: [::1]:\(served.port)\r\n\r\n")
        #expect(try client.response().text == "rev-2")
      }
    }
  }

  @Test func whatIsOpenToOthersIsSaidAtTheStartAndNotAtRestarts() throws {
    var options = Self.strict
    options.listen = ["--listen", "0.0.0.0:0"]
    options.hosts = ["--allowed-host", "all"]
    try withServedProject(options) { served in
      let warnings = served.server.events("problem").filter { $0["code"]?.text == "SW155" }
      #expect(warnings.count == 2)
      let reachable = warnings.compactMap { $0["message"]?.text }
      #expect(reachable.contains { $0.contains("0.0.0.0:\(served.port)") })
      #expect(reachable.contains { $0.contains("allowed-hosts") })
      #expect(try served.get("/", host: "evil.example").text == "rev-1")
      let mark = served.server.mark
      try served.project.save(text: "rev-2")
      #expect(try served.get("/", host: "evil.example").text == "rev-2")
      let later = served.server.events("problem", since: mark).compactMap { $0["code"]?.text }
      #expect(!later.contains("SW155"))
    }
  }

  @Test func loopbackIsNothingToWarnOf() throws {
    try withServedProject(Self.strict) { served in
      let codes = served.server.events("problem").compactMap { $0["code"]?.text }
      #expect(!codes.contains("SW155"))
    }
  }

  @Test func anOldClientWithoutAHostIsServed() throws {
    try withServedProject(Self.strict) { served in
      let client = try served.connect()
      try client.send("GET / HTTP/1.0\r\n\r\n")
      #expect(try client.response().text == "rev-1")
    }
  }
}

extension ServedProject {
  /// One request under a host of the test's choosing.
  fileprivate func get(_ target: String, host: String) throws -> RawClient.Response {
    let client = try connect()
    try client.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
    return try client.response()
  }
}
