import SlipwayCore
import SlipwayTestSupport
import Testing

/// Which requests get past the check of hosts, over a socket.
@Suite(.timeLimit(.minutes(5)))
struct HostCheckTests {
  private func check(
    _ patterns: [HostPattern] = [.host("app.test")],
    _ body: (TestGateway) throws -> Void
  ) throws {
    try withGateway(.echo, configure: { $0.allowedHosts = AllowedHosts(patterns) }, body)
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n", 200),
    ("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n", 200),
    ("GET / HTTP/1.1\r\nhOsT:   APP.TEST.:1  \r\n\r\n", 200),
    ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
    ("POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 2\r\n\r\nhi", 403),
    ("OPTIONS * HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
    ("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 204),
    ("GET /_slipway/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
    // An upgrade is a request
    (
      "GET /ws HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", 403
    ),
    // In absolute-form the target counts
    ("GET http://app.test/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 200),
    ("GET http://evil.example/ HTTP/1.1\r\nHost: app.test\r\n\r\n", 403),
    ("GET http://evil.example:80/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 403),
    ("GET http://127.0.0.1:80?x HTTP/1.1\r\nHost: evil.example\r\n\r\n", 200),
    ("GET http://app.test/ HTTP/1.1\r\nHost: a..b\r\n\r\n", 400),
    // By bytes: an accent on a slash makes no other letter of it
    ("GET http://evil.example/\u{301} HTTP/1.1\r\nHost: app.test\r\n\r\n", 403),
    ("GET http://\u{301}evil.example/ HTTP/1.1\r\nHost: app.test\r\n\r\n", 400),
    // Without a host: no browser
    ("GET / HTTP/1.0\r\n\r\n", 200),
    ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 200),
    ("GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n", 403),
    ("GET / HTTP/1.1\r\n\r\n", 400),
    // Malformed
    ("GET / HTTP/1.1\r\nHost: localhost:99999\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a..b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: 127.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: user@localhost\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: localhost%00\r\n\r\n", 400),
    ("GET http://app.test:99999/ HTTP/1.1\r\nHost: app.test\r\n\r\n", 400),
  ])
  func decidesBeforeAnythingElse(_ request: String, _ status: Int) throws {
    try check { test in
      let client = try test.connect()
      try client.send(request)
      #expect(try client.response().status == status)
    }
  }

  @Test func asksAnewForEachRequestOfAConnection() throws {
    try check { test in
      let client = try test.connect()
      for (host, status) in [
        ("app.test", 200), ("app.test", 200), ("evil.example", 403), ("app.test", 200),
        ("evil.example", 403), ("evil.example", 403), ("localhost", 200), ("evil.example", 403),
      ] {
        try client.send("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(try client.response().status == status, "\(host)")
      }
    }
  }

  /// What is remembered of a connection is an authority that was the Host field, too.
  @Test func looksAtTheHostFieldBesideAnAuthorityThatIsKnown() throws {
    try check { test in
      let client = try test.connect()
      try client.send("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n")
      #expect(try client.response().status == 200)
      try client.send("GET http://app.test/ HTTP/1.1\r\nHost: a..b\r\n\r\n")
      #expect(try client.response().status == 400)
    }
  }

  @Test func doesNotAskTheGateOrTheApplication() throws {
    let gate = TestGate(.hold)
    try withGateway(.echo, gate: gate, configure: { $0.allowedHosts = AllowedHosts() }) { test in
      let client = try test.connect()
      // The gate would hold it.
      try client.send("GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n")
      #expect(try client.response().status == 403)
      #expect(test.records.next()?.status == 403)
      #expect(test.gateway.runningExchanges == 0)
    }
  }

  @Test(arguments: [
    ("text/html", "text/html; charset=utf-8"), ("*/*", "text/plain; charset=utf-8"),
    ("application/json", "application/problem+json"),
  ])
  func namesTheOptionInEachRendering(_ accept: String, _ contentType: String) throws {
    try check { test in
      let client = try test.connect()
      try client.send("GET / HTTP/1.1\r\nHost: Evil.Example:80\r\nAccept: \(accept)\r\n\r\n")
      let response = try client.response()
      #expect(response.status == 403)
      #expect(response["content-type"] == contentType)
      #expect(response["cross-origin-resource-policy"] == "same-origin")
      #expect(response["access-control-allow-origin"] == nil)
      for part in ["SW029", "allowed-hosts: [evil.example]", "--allowed-host evil.example"] {
        #expect(response.text.contains(part), "\(part)")
      }
    }
  }

  @Test func everyHostIsAnsweredForIfAskedTo() throws {
    try check([.all]) { test in
      let client = try test.connect()
      try client.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
      #expect(try client.response().status == 200)
      try client.send("GET / HTTP/1.1\r\nHost: e..x\r\n\r\n")
      #expect(try client.response().status == 400)
    }
  }

  /// The host is looked at again in the next generation, whose configuration may be another.
  @Test func isAskedAgainAfterARestart() throws {
    let gate = TestGate(.hold)
    try withListener { listener, port in
      let first = makeGateway(gate) { $0.allowedHosts = AllowedHosts([.host("app.test")]) }
      defer { first.shutDown() }
      try first.serve([listener])
      let client = try RawClient(port: port)
      try client.send("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n")
      let outcome = Arrivals<Drained>()
      var drained: [CarriedConnection] = []
      while drained.isEmpty {
        first.drain(grace: .seconds(20)) { outcome.send($0) }
        let carried = try #require(outcome.next())
        if carried.connections.contains(where: { !$0.bytes.isEmpty }) {
          drained = carried.connections
        } else {
          first.resume(carried)
        }
      }
      let next = makeGateway(TestGate(.dispatch(Answering.echo))) {
        $0.allowedHosts = AllowedHosts()
      }
      defer { next.shutDown() }
      next.adopt(drained)
      #expect(try client.response().status == 403)
    }
  }
}
