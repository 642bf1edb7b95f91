import SlipwayApp
import SlipwayTestSupport
import Testing

/// What the tests of an application can do without a server.
@Suite(.timeLimit(.minutes(5)))
struct TestingTests {
  @Test func aRequestIsSplitAtItsMount() async throws {
    let request = Request(
      testing: .post,
      "/api/ports%20x?sort=a?b",
      headerFields: [.accept: "text/html"],
      body: RequestBody(chunks: [[1, 2], [], [3]]),
      mountPrefix: "/api",
      peer: .init(testing: "::1", port: 7)
    )
    #expect(request.method == .post)
    #expect(request.head.path == "/api/ports%20x?sort=a?b")
    #expect(request.head.authority == "localhost:8080")
    #expect(request.path == "/ports%20x")
    #expect(request.query == "sort=a?b")
    #expect(request.peer?.address == "::1")
    #expect(request.body.contentLength == 3)
    var chunks: [[UInt8]] = []
    for try await chunk in request.body { chunks.append(chunk) }
    #expect(chunks == [[1, 2], [3]])
  }

  @Test func aBodyIsReadOnceAndHasItsTrailersAtItsEnd() async throws {
    let body = RequestBody(chunks: [[1], [2]], trailers: [.eTag: "x"])
    #expect(body.contentLength == nil)
    #expect(body.trailers == nil)
    #expect(try await body.collect(upTo: 2) == [1, 2])
    #expect(body.trailers?[.eTag] == "x")
    #expect(try await body.collect(upTo: 2) == [])
    await #expect(throws: ExchangeError.bodyTooLarge) {
      try await RequestBody([1, 2, 3]).collect(upTo: 2)
    }
  }

  @Test func aResponseBodyIsCollectedHoweverItIsMade() async throws {
    #expect(try await ResponseBody("four").collect(upTo: 4) == Array("four".utf8))
    #expect(try await ResponseBody([1, 2]).collect(upTo: 2) == [1, 2])
    let echo = ResponseBody(RequestBody(chunks: [[1], [2, 3]]))
    #expect(try await echo.collect(upTo: 3) == [1, 2, 3])
    let mixed = ResponseBody(streaming: { writer in
      try await writer.write("a")
      try await writer.write([0x62])
      try await writer.write([0x63][...])
    })
    #expect(try await mixed.collect(upTo: 3) == Array("abc".utf8))
  }

  @Test func aBodyThatNeverEndsIsTooLarge() async {
    let endless = ResponseBody(streaming: { writer in
      while true { try await writer.write("tick") }
    })
    await #expect(throws: ExchangeError.bodyTooLarge) { try await endless.collect(upTo: 1_000) }
  }

  @Test func aHostTakesTheLog() {
    let lines = Monitor<[String]>([])
    let host = Host(testingIn: "/srv/app", generation: 4) { level, message in
      lines.update { $0.append("\(level == .warning) \(message)") }
    }
    #expect(host.directory == "/srv/app")
    #expect(host.generation == 4)
    host.log(.warning, "Low tide")
    #expect(lines.update { $0 } == ["true Low tide"])
  }
}
