import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// The raw requests of `Corpus`, each with what is to come of it.
@Suite(.timeLimit(.minutes(5)))
struct CorpusTests {
  @Test
  func isLargeAndWellFormed() {
    #expect(CorpusEntry.all.count >= 300)
    #expect(Set(CorpusEntry.all.map(\.testDescription)).count == CorpusEntry.all.count)
    for entry in CorpusEntry.all {
      switch entry.outcomes.last {
      case .open, .closed, .waitsForHead,
        .waitsForBody where !entry.bytes.isEmpty:
        break
      default: Issue.record("\(entry.testDescription) has no bytes or no last state")
      }
    }
  }

  @Test(arguments: CorpusEntry.sections)
  func isReadAsTheRFCsSay(section: String) {
    for entry in CorpusEntry.entries(of: section) {
      var whole = WireReader()
      whole.receive(entry.bytes)
      #expect(whole.outcomes == entry.outcomes, "\(entry.testDescription)")
    }
  }

  /// A framer that looks at too few or too many bytes at a time shows it here.
  @Test(arguments: CorpusEntry.sections)
  func isReadTheSameHoweverItIsCut(section: String) {
    for entry in CorpusEntry.entries(of: section) {
      let bytes = entry.bytes
      // Everywhere; in long ones at 50 places, and around their ends.
      let cuts =
        bytes.count < 400
        ? Array(0...bytes.count)
        : Array(stride(from: 0, to: bytes.count, by: bytes.count / 50))
          + (-6...0).map { bytes.count + $0 }
      let wrong = cuts.filter { cut in
        var parts = WireReader()
        parts.receive(bytes[..<cut])
        parts.receive(bytes[cut...])
        return parts.outcomes != entry.outcomes
      }
      #expect(wrong.isEmpty, "\(entry.testDescription)")
      var single = WireReader()
      for byte in bytes { single.receive([byte]) }
      #expect(single.outcomes == entry.outcomes, "\(entry.testDescription), byte by byte")
    }
  }

  @Test(arguments: [false, true])
  func isAnsweredSoByTheGateway(byteByByte: Bool) async throws {
    try await onThread {
      try withGateway(
        Self.describing,
        configure: {
          $0.headLimit = WireReader.limits.head
          $0.requestLineLimit = WireReader.limits.requestLine
          $0.fieldLimit = WireReader.limits.fields
          $0.bodyLimit = WireReader.bodyLimit
          // However slow the machine is: what is sent behind a refused request does no harm.
          $0.lingerTimeout = .seconds(60)
        }
      ) { server in
        for entry in CorpusEntry.all { try check(entry, on: server, byteByByte: byteByByte) }
      }
    }
  }

  private func check(_ entry: CorpusEntry, on server: TestGateway, byteByByte: Bool) throws {
    do {
      let client = try server.connect()
      let pieces = byteByByte ? entry.bytes.map { [$0] } : [entry.bytes]
      for piece in pieces { try client.send(piece) }
      for outcome in entry.outcomes {
        let found = try answer(of: client, to: entry, where: outcome)
        if found != outcome { Issue.record("\(entry.testDescription): \(found)") }
      }
    } catch {
      Issue.record("\(entry.testDescription): \(error)")
    }
  }

  /// What came of the bytes, on a connection of which `expected` is expected: to ask a connection
  /// how it stands takes different bytes for each answer.
  private func answer(
    of client: RawClient,
    to entry: CorpusEntry,
    where expected: CorpusEntry.Outcome
  ) throws -> CorpusEntry.Outcome {
    switch expected {
    case .request(let text):
      let isHead = text.hasPrefix("HEAD ")
      let response = try final(client, toHead: isHead)
      guard response.status == 200 else { return .status(response.status) }
      return .request(isHead ? text : response.text)
    case .status:
      return .status(
        try final(client, toHead: entry.bytes.starts(with: Array("HEAD ".utf8))).status
      )
    case .open:
      try client.send("GET /probe HTTP/1.1\r\nHost: probe\r\n\r\n")
      let response = try final(client)
      return response.text == "GET /probe probe" ? .open : .status(response.status)
    case .closed:
      return try client.rest().isEmpty ? .closed : .open
    case .waitsForHead:
      client.closeOutput()
      return try client.rest().isEmpty ? .waitsForHead : .open
    case .waitsForBody:
      client.closeOutput()
      let status = try final(client).status
      return status == 400 ? .waitsForBody : .status(status)
    }
  }

  /// The next response that is not an interim one.
  private func final(_ client: RawClient, toHead: Bool = false) throws -> RawClient.Response {
    while true {
      let response = try client.response(toHead: toHead)
      if response.status >= 200 { return response }
    }
  }

  /// Answers with the request, as the corpus writes it.
  private static let describing = Answering { exchange in
    @Sendable func next(_ body: [UInt8]) {
      exchange.read(upTo: 64 * 1024) { part in
        switch part {
        case .bytes(let bytes): next(body + Array(bytes.readableBytesView))
        case .failed: exchange.fail(AppFailure(message: "The body broke off."))
        case .end(let trailers):
          let request = exchange.request
          let text = CorpusEntry.description(
            method: request.method,
            target: request.target,
            authority: request.authority,
            body: body,
            trailers: trailers.map { ($0.name, $0.value) }
          )
          exchange.respond(ResponseHead(status: 200), body: ByteBuffer(string: text))
        }
      }
    }
    next([])
  }
}
