import Foundation
import Logging
import SlipwayNative
import SlipwayNativeTestSupport
import SlipwayTestSupport
import Testing

/// An application in plain C, behind the real gateway: what the header promises, from outside.
@Suite(.timeLimit(.minutes(5)))
struct CApplicationTests {
  @Test func answersAtOnce() async throws {
    try await NativeServer.run(CLibrary.build("minimal.c")) { server in
      let response = try await server.request("/")
      #expect(response.status == 200)
      #expect(response.text == "Hello from C\n")
      #expect(response["content-type"] == "text/plain")
      #expect(response["content-length"] == "13")
      #expect(server.log.applicationLines == [.init(.info, "minimal", "Ready")])
    }
  }

  @Test func isTheOneInTheDocumentation() throws {
    let repository = CLibrary.fixtures.appending(path: "../../..")
    let page = try String(
      contentsOf: repository.appending(path: "devkit/docs/abi.md"),
      encoding: .utf8
    )
    let code = try String(
      contentsOf: CLibrary.fixtures.appending(path: "minimal.c"),
      encoding: .utf8
    )
    #expect(page.contains("```c\n\(code)```\n"))
  }

  @Test func knowsItsGenerationAndDirectory() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      #expect(server.log.messages == ["generation 7 from /srv/harbour"])
    }
  }

  @Test func seesTheWholeRequest() async throws {
    try await NativeServer.run(CLibrary.build("app.c"), at: "/harbour") { server in
      let response = try await server.request(
        "/harbour/describe?a=%20b&c",
        ["X-One: 1", "x-empty:"],
        method: "PATCH",
        body: [1, 2, 3]
      )
      let lines = response.text.split(separator: "\n").map(String.init)
      #expect(
        lines == [
          "method=PATCH", "target=/harbour/describe?a=%20b&c", "scheme=http",
          "authority=localhost", "prefix=/harbour", "path=/describe", "query=a=%20b&c",
          "peer=127.0.0.1", "field Host=localhost",
          "field Content-Length=3", "field X-One=1", "field x-empty=", "length=3", "minor=1",
          "port=1",
        ]
      )
    }
  }

  /// Fields are bytes: ISO-8859-1, which no application could tell from damage if it were repaired.
  @Test func getsFieldValuesByteForByte() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      let value = [0x47, 0x72, 0xF6, 0xDF, 0x65, 0xFF] as [UInt8]
      let response = try await server.withClient { client in
        try client.send(
          Array("GET /describe HTTP/1.1\r\nHost: a\r\nX-Size: ".utf8) + value
            + Array("\r\n\r\n".utf8)
        )
        return try client.response()
      }
      let lines = response.body.split(separator: UInt8(ascii: "\n")).map(Array.init)
      #expect(lines.contains(Array("field X-Size=".utf8) + value))
    }
  }

  /// In the head and in the trailer section.
  @Test func sendsFieldValuesByteForByte() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      let field = Array("X-Size: ".utf8) + [0x47, 0xF6, 0xDF, 0x65, 0xFF, 0xC3]
      let line = field + Array("\r\n".utf8)
      let sent = try await server.withClient { client in
        try client.send(
          Array("GET /mirror HTTP/1.1\r\nHost: a\r\nConnection: close\r\n".utf8) + line
            + Array("\r\n".utf8)
        )
        return try client.rest()
      }
      #expect(sent.ranges(of: line).count == 2)
    }
  }

  /// Prefix and path, both percent-encoded, are one URL.
  @Test func aPrefixBeyondASCIIIsPercentEncoded() async throws {
    try await NativeServer.run(CLibrary.build("app.c"), at: "/büro 1") { server in
      let response = try await server.request("/b%c3%bcro%201/describe")
      let lines = response.text.split(separator: "\n").map(String.init)
      #expect(lines.contains("prefix=/b%C3%BCro%201"))
      #expect(lines.contains("path=/describe"))
    }
  }

  @Test func echoesALargeBodyWithTrailers() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let response = try await server.request("/echo", method: "POST", body: body)
      #expect(response.body == body)
      #expect(response.trailers.map(\.name) == ["x-total"])
      #expect(response.trailers.map(\.value) == ["3000000"])
    }
  }

  @Test func getsTheTrailersOfTheRequest() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      let response = try await server.withClient { client in
        try client.send(
          "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n"
        )
        return try client.response()
      }
      #expect(response.text == "hello")
      #expect(response.trailers.contains { $0 == ("x-sum", "42") })
    }
  }

  @Test func switchesToAnotherProtocol() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      let rest = try await server.withClient { client in
        try client.send(
          "GET /tunnel HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst"
        )
        let head = try client.head()
        #expect(head.status == 101)
        #expect(head["upgrade"] == "echo")
        #expect(try client.bytes(5) == Array("first".utf8))
        let data = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for start in stride(from: 0, to: data.count, by: 100_000) {
          let part = Array(data[start..<(start + 100_000)])
          try client.send(part)
          #expect(try client.bytes(part.count) == part)
        }
        client.closeOutput()
        return try client.rest()
      }
      #expect(rest.isEmpty)
      let live = try await server.request("/live").text
      #expect(live == "0")
    }
  }

  @Test func saysWhichProtocolItSpeaks() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      let response = try await server.request("/tunnel")
      #expect(response.status == 426)
      #expect(response["upgrade"] == "echo")
    }
  }

  @Test func answersFromAnotherThread() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      let text = try await server.request("/thread").text
      #expect(text == "from a thread\n")
    }
  }

  @Test func failsWithAPageThatShowsItsMessageEscaped() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      let response = try await server.request("/fail", ["Accept: text/html"])
      #expect(response.status == 500)
      #expect(response.text.contains("the tide is out &lt;b&gt;"))
    }
  }

  @Test func cutsAResponseThatFailsLate() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      let status = try await server.withClient { client in
        try client.send("GET /fail-late HTTP/1.1\r\nHost: a\r\n\r\n")
        let status = try client.head().status
        #expect(throws: RawClient.Failure.self) { while true { _ = try client.line() } }
        return status
      }
      #expect(status == 200)
    }
  }

  @Test func streamsUntilTheClientGoes() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      try await server.withClient { client in
        try client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.bytes(1_000_000)
      }
      try await server.log.wait(for: "client gone")
      let live = try await server.request("/live").text
      #expect(live == "0")
    }
  }

  @Test func hearsThatAWaitingClientHasGone() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      let client = try RawClient(port: server.port)
      try client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
      try await server.log.wait(for: "waiting")
      client.reset()
      try await server.log.wait(for: "waited until the client was gone")
      let live = try await server.request("/live").text
      #expect(live == "0")
    }
  }

  @Test func releasesAnEchoWhoseClientGoes() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      for _ in 0..<20 {
        try await server.withClient { client in
          try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc")
          // The response has begun, so the application holds the exchange.
          _ = try client.head()
          client.reset()
        }
      }
      // The event loops tell the application in their own time.
      while try await server.request("/live").text != "0" {
        try Task.checkCancellation()
        await Task.yield()
      }
    }
  }

  @Test func shutsDownWhenAsked() async throws {
    try await NativeServer.run(CLibrary.build("app.c")) { server in
      await withCheckedContinuation { done in
        server.application.shutdown { done.resume() }
      }
      #expect(server.log.messages.last == "shutting down")
    }
  }

  @Test func shutsDownWithoutAShutdownFunction() async throws {
    try await NativeServer.run(CLibrary.build("minimal.c")) { server in
      await withCheckedContinuation { done in
        server.application.shutdown { done.resume() }
      }
    }
  }
}
