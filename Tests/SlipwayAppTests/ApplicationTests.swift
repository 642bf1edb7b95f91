import CSlipwayABI
import Logging
import SlipwayApp
import SlipwayNative
import SlipwayNativeTestSupport
import SlipwayTestSupport
import Testing

/// An application in Swift, behind the real gateway. It shares Swift's pool with the tests of other
/// targets, some of which block it for a while: hence the limit.
@Suite(.timeLimit(.minutes(5)))
struct ApplicationTests {
  @Test func answersWithText() async throws {
    try await withHarbour { server in
      let response = try await server.request("/")
      #expect(response.status == 200)
      #expect(response.text == "Hello from Swift\n")
      #expect(response["content-type"] == "text/plain")
      #expect(response["content-length"] == "17")
    }
  }

  @Test func knowsItsHost() async throws {
    try await withHarbour { server in
      #expect(
        server.log.applicationLines
          == [.init(.notice, "harbour", "Generation 3 of /srv/harbour")]
      )
    }
  }

  @Test func seesTheWholeRequest() async throws {
    try await withHarbour(at: "/port") { server in
      let response = try await server.request(
        "/port/describe?a=%20b+c&d&=e&%zz=f",
        ["X-One: 1", "x-ONE: 2", "X-Latin: \u{e9}"],
        method: "PUT",
        body: [1, 2]
      )
      #expect(
        response.text == """
          PUT /port/describe?a=%20b+c&d&=e&%zz=f http
          /port /describe a=%20b+c&d&=e&%zz=f /describe
          a→ b c d→ →e
          localhost 127.0.0.1
          2 1
          Host=localhost, Content-Length=2, X-One=1, x-ONE=2, X-Latin=\u{e9}
          """
      )
    }
  }

  @Test func changesTheHeadOfACopyAlone() async throws {
    try await withHarbour { server in
      let response = try await server.request("/rewrite", ["User-Agent: sailor"])
      #expect(response.text == "GET sailor\nPUT pilot")
    }
  }

  @Test func echoesALargeBodyWithTrailers() async throws {
    try await withHarbour { server in
      let body = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let response = try await server.request("/echo", method: "POST", body: body)
      #expect(response.body == body)
      #expect(response.trailers.contains { $0 == ("x-total", "2000000") })
    }
  }

  @Test func getsTheTrailersOfTheRequest() async throws {
    try await withHarbour { server in
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

  @Test func collectsABodyUpToALimit() async throws {
    try await withHarbour { server in
      let small = try await server.request(
        "/collect",
        method: "POST",
        body: Array("0123456789".utf8)
      )
      #expect(small.text == "0123456789")
      let large = try await server.request(
        "/collect",
        ["Accept: text/plain"],
        method: "POST",
        body: Array("0123456789a".utf8)
      )
      #expect(large.status == 500)
      #expect(large.text.contains("larger than the application accepts"))
    }
  }

  @Test func sendsAnAsyncSequence() async throws {
    try await withHarbour { server in
      let response = try await server.request("/sequence")
      #expect(response.text == "3 2 1 ")
      #expect(response["transfer-encoding"] == "chunked")
    }
  }

  @Test func keepsTheConnectionOverManyKindsOfResponse() async throws {
    try await withHarbour { server in
      let texts = try await server.withClient { client in
        try ["/", "/empty", "/sequence", "/throws", "/"]
          .map { path in
            try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            return try client.response().status
          }
      }
      #expect(texts == [200, 204, 200, 500, 200])
    }
  }

  @Test func answersHEADWithoutRunningAStream() async throws {
    try await withHarbour { server in
      let response = try await server.request("/forever", method: "HEAD")
      #expect(response.status == 200)
      #expect(server.log.applicationLines.count == 1)
    }
  }

  @Test func streamsUntilTheClientGoesAndIsCancelled() async throws {
    try await withHarbour { server in
      try await server.withClient { client in
        try client.send("GET /forever HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.bytes(500_000)
      }
      try await server.log.wait(for: "cancelled: true")
    }
  }

  @Test func isCancelledWhenAWaitingClientGoes() async throws {
    try await withHarbour { server in
      let client = try RawClient(port: server.port)
      try client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
      try await server.log.wait(for: "Waiting")
      client.reset()
      try await server.log.wait(for: "Cancelled")
    }
  }

  @Test func losesNothingWhenAReadIsCancelled() async throws {
    try await withHarbour { server in
      // Used by one thread after the other.
      nonisolated(unsafe) let client = try RawClient(port: server.port)
      try client.send("POST /interrupted HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
      try await server.log.wait(for: "Interrupted")
      let text = try await onThread {
        try client.send("0123456789")
        return try client.response().text
      }
      #expect(text == "0123456789")
    }
  }

  @Test func showsWhatItThrows() async throws {
    try await withHarbour { server in
      let response = try await server.request("/throws", ["Accept: text/plain"])
      #expect(response.status == 500)
      #expect(response.text.contains("Harbour.Storm(force: 12)"))
    }
  }

  @Test func isCutWhenItThrowsLate() async throws {
    try await withHarbour { server in
      await #expect(throws: RawClient.Failure.self) {
        _ = try await server.request("/throws-late")
      }
    }
  }

  @Test func failsWithAStatusThatCannotBeSent() async throws {
    try await withHarbour { server in
      let status = try await server.request("/status").status
      #expect(status == 500)
    }
  }

  @Test func shutsDownOnce() async throws {
    try await withHarbour { server in
      await withCheckedContinuation { done in
        server.application.shutdown { done.resume() }
      }
      #expect(server.log.messages.last == "Closed")
    }
  }

  @Test func saysWhyItDoesNotStart() throws {
    let log = LogRecorder()
    let error = try #require(throws: NativeError.self) {
      _ = try NativeApplication.start(
        { Wreck.export(to: $0).table },
        of: "the tests",
        product: "Wreck",
        generation: 1,
        directory: "/",
        log: { log.write($0, $1, $2) }
      )
    }
    #expect(error.code == .refused)
    #expect(error.message.contains("Wreck.Sunk()"))
  }

  @Test func releasesEveryContextOnce() async throws {
    let paths = ["/", "/sequence", "/throws", "/throws-late", "/echo", "/collect", "/describe"]
    try await withHarbour(entry: { Harbour.export(to: ContextWatch.table(before: $0)).table }) {
      server in
      for round in 0..<20 {
        for path in paths {
          _ = try? await server.request(path, method: "POST", body: Array("01234".utf8))
        }
        try await server.withClient { client in
          try client.send("GET /forever HTTP/1.1\r\nHost: a\r\n\r\n")
          _ = try client.bytes(1_000 * round)
        }
      }
      // A write to a client that is gone may still be under way.
      while ContextWatch.count.live > 0 {
        try Task.checkCancellation()
        await Task.yield()
      }
      #expect(ContextWatch.count.all > 20 * 8)
    }
  }
}
