import SlipwayApp
import SlipwayCore
import SlipwayNative
import SlipwayNativeTestSupport
import SlipwayTestSupport
import Testing

/// WebSockets of an application in Swift, behind the real gateway.
@Suite(.timeLimit(.minutes(5)))
struct WebSocketTests {
  // MARK: Handshake

  /// The key and its answer are those of RFC 6455, section 1.3.
  @Test func opensWithTheHandshakeOfTheRFC() async throws {
    try await withLighthouse { client in
      let head = try client.openWebSocket("/echo", ["Origin: http://localhost"])
      #expect(head.status == 101)
      #expect(head["upgrade"] == "websocket")
      #expect(head["connection"] == "upgrade")
      #expect(head["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
      #expect(head["sec-websocket-protocol"] == nil)
      #expect(head["sec-websocket-extensions"] == nil)
    }
  }

  @Test(arguments: [
    ("v1", "v1"), ("v1, v2", "v2"), ("v3,v1", "v1"), ("v3", nil), ("V1", nil),
  ])
  func choosesTheSubprotocolItLikesBest(offered: String, chosen: String?) async throws {
    try await withLighthouse { client in
      let head = try client.openWebSocket("/echo", ["Sec-WebSocket-Protocol: \(offered)"])
      #expect(head.status == 101)
      #expect(head["sec-websocket-protocol"] == chosen)
    }
  }

  /// Each is a handshake with one thing wrong.
  private static let refused: [(method: String, fields: [String], status: Int)] = [
    ("GET", [], 426),
    ("GET", with("Upgrade", nil), 426),
    ("GET", with("Upgrade", "h2c"), 426),
    ("GET", with("Connection", nil), 426),
    ("GET", with("Connection", "keep-alive"), 426),
    ("GET", with("Sec-WebSocket-Version", nil), 426),
    ("GET", with("Sec-WebSocket-Version", "8"), 426),
    ("GET", with("Sec-WebSocket-Key", nil), 400),
    ("GET", with("Sec-WebSocket-Key", "c2hvcnQ="), 400),
    ("GET", RawClient.handshakeFields + ["Content-Length: 2"], 400),
    ("POST", RawClient.handshakeFields, 405),
    ("GET", RawClient.handshakeFields + ["Origin: http://evil.example"], 403),
    ("GET", RawClient.handshakeFields + ["Origin: null"], 403),
    ("GET", RawClient.handshakeFields + ["Origin: http://localhost:81"], 403),
  ]

  private static func with(_ name: String, _ value: String?) -> [String] {
    RawClient.handshakeFields.compactMap { field in
      guard field.hasPrefix("\(name):") else { return field }
      return value.map { "\(name): \($0)" }
    }
  }

  @Test(arguments: refused)
  func refusesAHandshakeThatIsNotRight(
    method: String,
    fields: [String],
    status: Int
  ) async throws {
    try await withHarbour(entry: Self.entry) { server in
      let fields = fields.filter { !$0.hasPrefix("Host") && !$0.hasPrefix("Content-Length") }
      let body: [UInt8] = status == 400 && fields.count == 4 ? [1, 2] : []
      let response = try await server.request("/echo", fields, method: method, body: body)
      #expect(response.status == status)
      #expect(response.text.contains("SW142"))
      if status == 426 {
        #expect(response["sec-websocket-version"] == "13")
        #expect(response["upgrade"] == "websocket")
      }
      if status == 405 { #expect(response["allow"] == "GET") }
    }
  }

  @Test(arguments: [
    ("/echo", "http://localhost", 101), ("/echo", "HTTPS://LocalHost", 101),
    ("/anybody", "http://evil.example", 101), ("/friends", "https://friend.example", 101),
    ("/friends", "http://localhost", 101), ("/friends", "https://foe.example", 403),
    ("/friends", "https://friend.example.evil", 403),
  ])
  func letsPagesInByTheirOrigin(path: String, origin: String, status: Int) async throws {
    try await withLighthouse { client in
      let actual = try client.openWebSocket(path, ["Origin: \(origin)"]).status
      #expect(actual == status)
    }
  }

  // MARK: Messages

  @Test func echoesMessagesOfEverySize() async throws {
    try await withLighthouse { client in
      _ = try client.openWebSocket("/echo")
      for size in [0, 1, 125, 126, 65_535, 65_536, 200_000] {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try client.send(ClientFrame(opcode: 2, payload: payload))
        #expect(try client.frame() == .init(opcode: 2, payload: payload))
      }
      try client.send(.text("grüße"))
      let echo = try client.frame()
      #expect(echo.opcode == 1)
      #expect(echo.text == "grüße")
    }
  }

  @Test func putsFragmentsTogetherAndAnswersPingsBetweenThem() async throws {
    try await withLighthouse { client in
      _ = try client.openWebSocket("/echo")
      try client.send(.text("Hel", isFinal: false))
      try client.send(ClientFrame(opcode: 9, payload: [1, 2, 3]))
      #expect(try client.frame() == .init(opcode: 10, payload: [1, 2, 3]))
      try client.send(ClientFrame(opcode: 0, payload: Array("lo".utf8)))
      #expect(try client.frame().text == "Hello")
    }
  }

  @Test func pings() async throws {
    try await withLighthouse { client in
      _ = try client.openWebSocket("/ping")
      #expect(try client.frame() == .init(opcode: 9, payload: []))
      try client.send(ClientFrame(opcode: 10))
      try client.send(.text("after the pong"))
      #expect(try client.frame().text == "after the pong")
    }
  }

  @Test func answersAThousandMessagesSentAtOnce() async throws {
    try await withLighthouse { client in
      _ = try client.openWebSocket("/echo")
      let frames = (0..<1000).flatMap { ClientFrame.text("\($0)").bytes }
      try client.send(frames)
      for number in 0..<1000 { #expect(try client.frame().text == "\(number)") }
    }
  }

  @Test func waitsForASlowReader() async throws {
    try await withHarbour(entry: Self.entry) { server in
      let frames = try await server.withClient { client in
        _ = try client.openWebSocket("/floods")
        // What fits into the sockets is some megabytes; the rest waits with the application.
        return try (0..<200).map { _ in try client.frame().payload.count }
      }
      #expect(frames == [Int](repeating: 100_000, count: 200))
    }
  }

  // MARK: Closing

  private static let closes: [(frame: ClientFrame, code: UInt16?)] = [
    (.close(1000, "bye"), 1000), (.close(4321), 4321), (ClientFrame(opcode: 8), nil),
  ]

  @Test(arguments: closes)
  func answersACloseWithItsCode(frame: ClientFrame, code: UInt16?) async throws {
    try await withHarbour(entry: Self.entry) { server in
      try await server.withClient { client in
        _ = try client.openWebSocket("/echo")
        try client.send(frame)
        let answer = try client.frame()
        #expect(answer.opcode == 8)
        #expect(answer.code == code)
        #expect(try client.rest().isEmpty)
      }
      try await server.log.wait(for: "Echo closed: \(code ?? 1005)")
    }
  }

  private static let breaches: [(frame: ClientFrame, code: UInt16)] = [
    (ClientFrame(opcode: 1, payload: [65], mask: nil), 1002),
    (ClientFrame(opcode: 1, payload: [0xFF]), 1007),
    (ClientFrame(opcode: 2, length: 200_001), 1009),
  ]

  @Test(arguments: breaches)
  func closesWhenTheClientBreaksTheProtocol(frame: ClientFrame, code: UInt16) async throws {
    try await withHarbour(entry: Self.entry) { server in
      try await server.withClient { client in
        _ = try client.openWebSocket("/echo")
        try client.send(frame)
        let answer = try client.frame()
        #expect(answer.opcode == 8)
        #expect(answer.code == code)
        #expect(try client.rest().isEmpty)
      }
      try await server.log.wait(for: "Echo closed: \(code)")
    }
  }

  @Test func closesWhenTheClosureReturns() async throws {
    try await withLighthouse { client in
      _ = try client.openWebSocket("/anybody")
      #expect(try client.frame().text == "none")
      #expect(try client.frame().code == 1000)
      try client.send(.close(1000))
      #expect(try client.rest().isEmpty)
    }
  }

  @Test func closesWithInternalErrorWhenTheClosureThrows() async throws {
    try await withLighthouse { client in
      _ = try client.openWebSocket("/throws")
      #expect(try client.frame().code == 1011)
      #expect(try client.rest().isEmpty)
    }
  }

  @Test func closesWithACodeOfItsOwnAndSendsNothingMore() async throws {
    try await withHarbour(entry: Self.entry) { server in
      try await server.withClient { client in
        _ = try client.openWebSocket("/closes")
        let close = try client.frame()
        #expect(close.code == 4001)
        #expect(String(decoding: close.payload.dropFirst(2), as: UTF8.self) == "low tide")
        try client.send(.text("one more thing"))
        try client.send(.close(4001))
        #expect(try client.rest().isEmpty)
      }
      try await server.log.wait(for: "Still came: text(\"one more thing\")")
      #expect(server.log.messages.contains("The WebSocket is closed"))
    }
  }

  @Test func isCancelledWhenTheClientCloses() async throws {
    try await withHarbour(entry: Self.entry) { server in
      try await server.withClient { client in
        _ = try client.openWebSocket("/waits")
        try client.send(.close(1001))
        #expect(try client.frame().code == 1001)
      }
      try await server.log.wait(for: "Cancelled: 1001")
    }
  }

  @Test(arguments: [true, false])
  func isCancelledWhenTheClientVanishes(byReset: Bool) async throws {
    try await withHarbour(entry: Self.entry) { server in
      // Used by one thread after the other.
      nonisolated(unsafe) let client = try RawClient(port: server.port)
      _ = try await onThread { try client.openWebSocket("/waits") }
      try await server.log.wait(for: "Waiting")
      if byReset { client.reset() } else { client.close() }
      try await server.log.wait(for: byReset ? "Cancelled: " : "Cancelled: 1006")
    }
  }

  @Test func tellsClientsOfARestartWhichDoesNotWait() async throws {
    try await withHarbour(entry: Self.entry) { server in
      // Used by one thread after the other.
      nonisolated(unsafe) let clients = try (0..<20).map { _ in try RawClient(port: server.port) }
      try await onThread {
        for (number, client) in clients.enumerated() {
          _ = try client.openWebSocket(number.isMultiple(of: 2) ? "/echo" : "/waits")
          try client.send(.text("hello"))
        }
      }
      // The grace period is longer than a test waits.
      let drained = Task {
        await withCheckedContinuation { done in
          server.gateway.drain(grace: .seconds(3600)) { done.resume(returning: $0) }
        }
      }
      try await onThread {
        for client in clients {
          var frame = try client.frame()
          if frame.opcode == 1 { frame = try client.frame() }
          #expect(frame.opcode == 8)
          #expect(frame.code == 1012)
          #expect(try client.rest().isEmpty)
          client.close()
        }
      }
      #expect(await drained.value.cut == 0)
      try await server.log.wait(for: "Cancelled: 1012")
      try await server.log.wait(for: "Echo closed: 1012")
    }
  }

  @Test func releasesEveryContextOnce() async throws {
    try await withHarbour(
      entry: { Lighthouse.export(to: ContextWatch.table(before: $0)).table }
    ) { server in
      for round in 0..<20 {
        for path in ["/echo", "/throws", "/closes", "/floods", "/waits", "/raw"] {
          try await server.withClient { client in
            _ = try client.openWebSocket(path)
            try client.send(.text("round \(round)"))
            if round.isMultiple(of: 2) { client.reset() }
          }
        }
      }
      while ContextWatch.count.live > 0 {
        try Task.checkCancellation()
        await Task.yield()
      }
      #expect(ContextWatch.count.all > 20 * 6)
    }
  }

  // MARK: Other protocols

  @Test func tunnelsAProtocolOfItsOwn() async throws {
    try await withLighthouse { client in
      try client.send(
        "GET /raw HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: one, echo\r\n\r\nfirst"
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
      #expect(try client.rest() == Array("end".utf8))
    }
  }

  @Test func failsToSwitchUnasked() async throws {
    try await withHarbour(entry: Self.entry) { server in
      let response = try await server.request("/unasked", ["Accept: text/plain"])
      #expect(response.status == 500)
      #expect(response.text.contains("SW143"))
      let raw = try await server.request("/raw")
      #expect(raw.status == 426)
    }
  }

  private static let entry: NativeApplication.EntryPoint = { Lighthouse.export(to: $0).table }

  private func withLighthouse(
    _ body: @escaping @Sendable (RawClient) throws -> Void
  ) async throws {
    try await withHarbour(entry: Self.entry) { try await $0.withClient(body) }
  }
}
