import SlipwayTestSupport
import Testing

/// The limits as they are set: what goes beyond them gets the status that says so.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct LimitTests {
  @Test func requestsBeyondTheLimitsAreRefusedWithTheirStatus() throws {
    let yaml = """
      mounts: {/: "swift:."}
      request-line-limit: 1k
      head-limit: 2k
      field-limit: 5
      body-limit: 1k
      head-timeout: 500ms
      body-timeout: 500ms
      """
    try withServedProject(
      prepare: { try $0.save(yaml, to: "slipway.yaml") },
      { served in
        let host = "HTTP/1.1\r\nHost: e2e\r\n"
        let long = String(repeating: "x", count: 1024)
        let cases: [(String, Int)] = [
          ("GET /\(long) \(host)\r\n", 414),
          ("GET / \(host)X: \(long)\r\nY: \(long)\r\n\r\n", 431),
          ("GET / \(host)\(String(repeating: "X: y\r\n", count: 5))\r\n", 431),
          ("POST /echo \(host)Content-Length: 1025\r\n\r\n\(long)x", 413),
          ("POST /echo \(host)Transfer-Encoding: chunked\r\n\r\n401\r\n", 413),
          ("GET / \(host)", 408),
          ("POST /echo \(host)Content-Length: 10\r\n\r\nhalf", 408),
          ("POST /echo \(host)Content-Length: 1024\r\n\r\n\(long)", 200),
        ]
        for (request, status) in cases {
          let client = try served.connect()
          try client.send(request)
          #expect(try client.response().status == status, "\(request.prefix(60))")
        }
      }
    )
  }

  @Test func connectionsBeyondTheLimitAreTurnedAway() throws {
    try withServedProject(arguments: ["--connection-limit", "1", "--idle-timeout", "10m"]) {
      served in
      let first = try served.connect()
      try first.send("GET / HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try first.response().status == 200)
      let second = try served.get()
      #expect(second.status == 503)
      #expect(second.text.contains("SW140"))
      try first.send("GET / HTTP/1.1\r\nHost: e2e\r\n\r\n")
      #expect(try first.response().status == 200)
    }
  }

  @Test func theServerMayOpenAsManyFilesAsItIsAllowedTo() throws {
    var options = ServerProcess.Options()
    options.script = "ulimit -S -n 300; ulimit -H -n 4000; exec \"$@\""
    try withServedProject(options) { served in
      #expect(try served.get().text == "rev-1")
      // /proc/PID/limits: name, soft limit, hard limit.
      let limits = try read("/proc/\(served.server.pid)/limits")
      let line = try #require(
        limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
      )
      #expect(line.split(separator: " ").dropFirst(3).prefix(2) == ["4000", "4000"])
      // That is too little for 16,384 connections.
      let problem = try served.server.event("problem") { $0["code"]?.text == "SW141" }
      #expect(problem["message"]?.text?.contains("4000") == true)
    }
  }
}
