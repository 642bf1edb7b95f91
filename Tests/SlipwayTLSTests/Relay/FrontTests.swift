import SlipwayCore
import SlipwaySystem
import SlipwayTestSupport
import SystemPackage
import Testing

/// What the front makes of a connection, seen from both its sides.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct FrontTests {
  /// What the gateway answers, and what curl has to show of it.
  struct Answer: Sendable, CustomTestStringConvertible {
    var name: String
    var response: String
    var shown: [String]
    var isWhole = true

    var testDescription: String { name }
  }

  @Test(arguments: [
    Answer(
      name: "a known length",
      response: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc",
      shown: ["HTTP/2 200", "content-length: 3", "abc"]
    ),
    Answer(
      name: "chunks and trailers",
      response: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n"
        + "X-Sum: 7\r\n\r\n",
      shown: ["HTTP/2 200", "abcde", "x-sum: 7"]
    ),
    Answer(
      name: "the end of the connection",
      response: "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc",
      shown: ["HTTP/2 200", "abc"]
    ),
    Answer(
      name: "no content",
      response: "HTTP/1.1 204 No Content\r\n\r\n",
      shown: ["HTTP/2 204"]
    ),
    Answer(
      name: "an interim response before it",
      response: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n"
        + "Content-Length: 1\r\n\r\nx",
      shown: ["HTTP/2 103", "link: </a>", "HTTP/2 200"]
    ),
    Answer(
      name: "a length that does not come",
      response: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
      shown: ["HTTP/2 200"],
      isWhole: false
    ),
    Answer(
      name: "chunks that do not end",
      response: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
      shown: ["HTTP/2 200"],
      isWhole: false
    ),
    Answer(name: "nothing", response: "", shown: [], isWhole: false),
    Answer(name: "no HTTP", response: "hello\r\n\r\n", shown: [], isWhole: false),
  ])
  func responsesBecomeFrames(answer: Answer) async throws {
    try await onThread {
      try TestFront.with { front in
        try NamedThread.detach("gateway") {
          guard let connection = try? front.accept() else { return }
          _ = try? connection.read(to: "\r\n\r\n")
          _ = try? connection.descriptor.writeAll(answer.response.utf8)
        }
        let run = try front.curl()
        for text in answer.shown { #expect(run.text.contains(text)) }
        #expect(!run.text.lowercased().contains("connection:"))
        #expect(!run.text.lowercased().contains("transfer-encoding:"))
        #expect((run.end == .exited(0)) == answer.isWhole, "\(run.end) \(run.text)")
      }
    }
  }

  @Test func requestsArriveAsHTTP1BehindTheirHeader() async throws {
    try await onThread {
      try TestFront.with { front in
        let seen = Inbox<String>()
        try NamedThread.detach("gateway") {
          guard let connection = try? front.accept() else { return }
          seen.send((try? connection.read(to: "0\r\n\r\n")) ?? "")
          let response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
          _ = try? connection.descriptor.writeAll(response.utf8)
        }
        // With a body whose length is not announced.
        let run = try front.curl(["-X", "POST", "-H", "Content-Length:", "-d", "abc"])
        #expect(run.end == .exited(0))
        let request = try #require(seen.receive(within: .seconds(30)).first)
        #expect(request.contains("POST /a?b HTTP/1.1\r\nHost: 127.0.0.1:\(front.port)\r\n"))
        #expect(request.contains("TLSv1.3"))
        #expect(request.hasSuffix("transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
      }
    }
  }

  @Test func whatIsUpgradedPassesBothWays() async throws {
    try await onThread {
      try TestFront.with { front in
        try NamedThread.detach("gateway") {
          guard let connection = try? front.accept() else { return }
          _ = try? connection.read(to: "Upgrade: echo\r\n\r\n")
          let response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n"
          _ = try? connection.descriptor.writeAll(response.utf8)
          _ = try? connection.descriptor.writeAll("ready\n".utf8)
          guard (try? connection.read(to: "ping\n")) != nil else { return }
          _ = try? connection.descriptor.writeAll("pong\n".utf8)
        }
        let connect =
          "openssl s_client -quiet -CAfile '\(front.authority)' "
          + "-connect 127.0.0.1:\(front.port) -ign_eof 2>/dev/null"
        let request = "GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: upgrade\\r\\nUpgrade: echo"
        // The ping goes out when the upgrade is through: the shell waits for its last line.
        let script =
          "pipe=$(mktemp -u); mkfifo $pipe; exec 3<>$pipe; rm $pipe; "
          + "printf '\(request)\\r\\n\\r\\n' >&3; "
          + "\(connect) <&3 | while read -r line; do echo \"$line\"; "
          + "case $line in ready) echo ping >&3;; esac; done"
        let run = try CommandRun(["/bin/sh", "-c", script])
        #expect(run.text.contains("101 Switching Protocols"))
        #expect(run.text.contains("ready\npong\n"))
      }
    }
  }

  @Test func aGatewayThatIsGoneResetsTheStreamOnly() async throws {
    try await onThread {
      try TestFront.with { front in
        try NamedThread.detach("gateway") {
          do {
            // It has seen the request: one that it had not would be sent again.
            guard let lost = try? front.accept() else { return }
            _ = try? lost.read(to: "\r\n\r\n")
          }
          guard let connection = try? front.accept() else { return }
          _ = try? connection.read(to: "\r\n\r\n")
          let response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
          _ = try? connection.descriptor.writeAll(response.utf8)
        }
        // Two requests on one connection: the second is answered although the first is lost.
        let run = try front.curl([
          "-w", "%{num_connects} ", "https://127.0.0.1:\(front.port)/first",
        ])
        #expect(run.text.contains("ok"))
        #expect(run.text.contains("0 ") && run.text.contains("1 "), "\(run.text)")
      }
    }
  }
}
