import Glibc
import NIOCore
import NIOHTTP1
import SlipwaySystem
import SlipwayTestSupport
import Testing

/// HTTPS and HTTP/2, with the clients that people use.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct HTTPSTests {
  @Test(arguments: [("--http1.1", "1.1", "HTTP/1.1"), ("--http2", "2", "HTTP/2.0")])
  func curlSpeaksBothVersions(flag: String, version: String, name: String) throws {
    try withServedProject(arguments: ["--tls"]) { served in
      let line = try served.server.untilListening()
      #expect(line.contains("https://127.0.0.1:\(served.port)"))
      for host in ["localhost", "127.0.0.1"] {
        let run = try served.curl([flag, "-w", " %{http_version}"], host: host)
        #expect(run.text == "rev-1 \(version)")
      }
      let exchange = try served.server.event("exchange")
      #expect(exchange["peer"]?.text?.hasPrefix("127.0.0.1:") == true)
      #expect(exchange["protocol"]?.text == name)
    }
  }

  @Test(arguments: ["--http1.1", "--http2"])
  func bodiesArriveWholeBothWays(flag: String) throws {
    try withServedProject(
      arguments: ["--tls", "--mount", "/=swift:.", "--mount", "/files=files:Sources"],
      directory: true
    ) { served in
      let size = 3_000_000
      let text = String(repeating: "0123456789abcdef", count: size / 16)
      try served.project.directory.write(text, to: "Sources/large.txt")
      let path = served.project.path + "/Sources/large.txt"
      let up = try served.curl([flag, "--data-binary", "@\(path)"], "/echo")
      #expect(up.text == "rev-1 \(text.utf8.count) \(adler32(Array(text.utf8)))")
      let down = try served.curl([flag, "-o", path + ".down"], "/files/large.txt")
      #expect(down.end == .exited(0))
      #expect(try read(path + ".down") == text)
      let head = try served.curl([flag, "-I"], "/files/large.txt")
      #expect(head.text.lowercased().contains("content-length: \(text.utf8.count)\r\n"))
      #expect(head.end == .exited(0))
      // The head goes ahead, and the body is sent when the application asks for it.
      let expecting = try served.curl(
        [flag, "-H", "Expect: 100-continue", "--expect100-timeout", "60", "-d", "abc"],
        "/echo"
      )
      #expect(expecting.text == "rev-1 3 \(adler32(Array("abc".utf8)))")
    }
  }

  @Test func savesUnderLoadLoseNoStreamAndNoConnection() throws {
    try withServedProject(arguments: ["--tls"]) { try Self.save(8, in: $0) }
  }

  @Test(.slow) func thirtySavesUnderLoadLoseNoStreamAndNoConnection() throws {
    try withServedProject(arguments: ["--tls"]) { try Self.save(30, in: $0) }
  }

  /// Saves `rev-N` so many times while eight requests are under way on one connection at each moment.
  private static func save(_ count: Int, in served: ServedProject) throws {
    let client = try served.http2()
    #expect(try client.get().text == "rev-1")
    for number in 2..<(2 + count) {
      // Some before the save, some in the middle of it, some behind it.
      var running = (0..<4).map { _ in client.send("/") }
      try served.project.save(text: "rev-\(number)")
      let fresh = (0..<4).map { _ in client.send("/") }
      for answer in try EventLoopFuture.whenAllSucceed(fresh, on: fresh[0].eventLoop).wait() {
        #expect(answer.status == 200 && answer.text == "rev-\(number)")
      }
      running += fresh
      for answer in try running.map({ try $0.wait() }) { #expect(answer.status == 200) }
    }
    #expect(client.isOpen)
    let ready = try served.server.event("ready") { $0["generation"]?.number == count + 1 }
    #expect(ready["generation"]?.number == count + 1)
    #expect(served.fronts.count == 1)
  }

  @Test func aHeldRequestIsAnsweredByTheNewCode() throws {
    try withServedProject(arguments: ["--tls"]) { served in
      let client = try served.http2()
      #expect(try client.get().text == "rev-1")
      let hold = try served.project.saveHolding()
      let build = try hold.untilReached()
      let held = client.send("/echo", method: .POST, body: "abc")
      build.release(served.project.source(of: "rev-2"))
      #expect(try held.wait().text.hasPrefix("rev-2 3 "))
      #expect(client.isOpen)
    }
  }

  @Test func afterTheFrontsDeathNewConnectionsAreServed() throws {
    try withServedProject(arguments: ["--tls"]) { served in
      let client = try served.http2()
      #expect(try client.get().text == "rev-1")
      let first = try #require(served.fronts.first)
      kill(first, SIGKILL)
      try served.server.event("problem") { $0["code"]?.text == "SW144" }
      // The listening socket has never been closed: no attempt of this one is repeated.
      #expect(try served.curl([]).text == "rev-1")
      #expect(served.fronts.count == 1)
      #expect(served.fronts.first != first)
      try served.project.save(text: "rev-2")
      #expect(try served.curl([]).text == "rev-2")
    }
  }

  @Test func theFrontEndsWithTheServer() throws {
    try withServedProject(arguments: ["--tls"]) { served in
      #expect(try served.curl([]).text == "rev-1")
      let front = try #require(served.fronts.first)
      served.server.send(SIGKILL)
      _ = try served.server.untilEnd()
      let deadline = ContinuousClock.now + .seconds(ServerProcess.patience)
      while ProcessInspection.isRunning(front), ContinuousClock.now < deadline { usleep(10_000) }
      #expect(!ProcessInspection.isRunning(front))
    }
  }

  @Test func plainHTTPIsSentToHTTPS() throws {
    try withServedProject(arguments: ["--tls"]) { served in
      let client = try served.connect()
      try client.send("GET /a?b HTTP/1.1\r\nHost: localhost:\(served.port)\r\n\r\n")
      let response = try client.response()
      #expect(response.status == 307)
      #expect(response["location"] == "https://localhost:\(served.port)/a?b")
      #expect(try client.rest().isEmpty)
      let post = try served.connect()
      try post.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
      let refused = try post.response()
      #expect(refused.status == 400)
      #expect(refused.text.contains("https://"))
    }
  }

  @Test func requestsOfOneConnectionAreAnsweredInTheirOrder() throws {
    try withServedProject(arguments: ["--tls"]) { served in
      // openssl is a client that sends what it is given: here, two pipelined requests.
      let requests = "GET / HTTP/1.1\\r\\nHost: e2e\\r\\n\\r\\n"
      let run = try served.shell(
        "printf '\(requests)GET / HTTP/1.1\\r\\nHost: e2e\\r\\nConnection: close\\r\\n\\r\\n' "
          + "| openssl s_client -quiet -verify_return_error -CAfile '\(served.authority)' "
          + "-connect 127.0.0.1:\(served.port) -ign_eof 2>/dev/null"
      )
      #expect(run.text.components(of: "rev-1") == 2)
    }
  }

  @Test func theHeadLimitIsThatOfTheConfiguration() throws {
    let long = String(repeating: "x", count: 100_000)
    try withServedProject(arguments: ["--tls", "--head-limit", "128k"]) { served in
      #expect(try served.curl(["--http1.1", "-H", "X-Long: \(long)"]).text == "rev-1")
      // By the time of the first answer, the settings of the connection are agreed on.
      let client = try served.http2()
      #expect(try client.get().text == "rev-1")
      // The same field many times: compressed, it fits into the one frame that this client sends.
      let field = ("x-long", String(repeating: "x", count: 3_500))
      let fields = HTTPHeaders(Array(repeating: field, count: 28))
      #expect(try client.send("/", fields: fields).wait().text == "rev-1")
    }
  }

  /// The client of these tests verifies with BoringSSL, which cannot check constraints on addresses.
  @Test(arguments: ["localhost", "app.localhost", "api.app.localhost"])
  func aClientOfBoringSSLAcceptsTheNameThatItAskedFor(host: String) throws {
    try withServedProject(arguments: ["--tls"]) { served in
      let response = try served.http2(host).get()
      #expect(response.text == "rev-1")
    }
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func currentVersionsOfTLSAreSpoken(flag: String) throws {
    try withServedProject(arguments: ["--tls"]) { served in
      let run = try served.handshake(flag)
      #expect(run.text.contains("Verify return code: 0 (ok)"))
    }
  }

  @Test func oldVersionsOfTLSAreNotSpoken() throws {
    try withServedProject(arguments: ["--tls"]) { served in
      let run = try served.handshake("-tls1_1 -cipher DEFAULT@SECLEVEL=0")
      #expect(run.text.contains("Cipher is (NONE)"))
    }
  }
}

extension String {
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
