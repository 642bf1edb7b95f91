import SlipwayCore
import SlipwayTestSupport
import Testing

/// Requests of the corpus, spoilt at random. The same ones in each run; `SLIPWAY_FUZZ=1000000` sets
/// another number of them for each seed.
@Suite(.timeLimit(.minutes(5)))
struct WireFuzzTests {
  /// It takes some of these to make two readers disagree.
  private static let pieces: [[UInt8]] =
    [
      "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", ",", "\r\n\r\n", "0\r\n\r\n", "\r\n ", "\u{b}",
      "Content-Length: 3\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n",
      "Host: b\r\n",
      "Connection: close\r\n", "Expect: 100-continue\r\n", "GET / HTTP/1.1\r\n", "HTTP/1.0",
      "HTTP/1.1",
      "chunked", "3\r\nabc\r\n", "FFFFFFFFFFFFFFFF", "7FFFFFFFFFFFFFFF", "-1", "+3", "0x3",
      "http://b",
      "%00", "%2e%2e/", "..", "*", "#", "\\",
    ]
    .map { Array($0.utf8) }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func takesOnlyWhatAStrictReaderTakesHoweverItIsCut(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var taken = 0
    for round in 0..<Fuzzing.rounds(1000) {
      let bytes = mutant(&random)
      var whole = WireReader()
      whole.receive(bytes)

      var parts = WireReader()
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 1...max(1, bytes.count / 3), using: &random))
        parts.receive(part)
        rest = rest.dropFirst(part.count)
      }
      if parts.outcomes != whole.outcomes {
        Issue.record("round \(round): \(CorpusEntry.text(bytes)) depends on how it is cut")
      }
      if !isTakenStrictly(whole.messages, from: bytes) {
        Issue.record("round \(round): \(CorpusEntry.text(bytes)) can be read another way")
      }
      taken += whole.messages.count
    }
    // Mutants that nobody takes would prove nothing.
    #expect(taken > 100)
  }

  /// The corpus as it is: where the strict reader is too strict, or not strict enough, it shows.
  @Test
  func theStrictReaderTakesWhatTheCorpusSays() {
    for entry in CorpusEntry.all {
      var reader = WireReader()
      reader.receive(entry.bytes)
      if !isTakenStrictly(reader.messages, from: entry.bytes) {
        Issue.record("\(entry.testDescription)")
      }
    }
  }

  /// Whether the strict reader finds the same requests, with the same ends.
  private func isTakenStrictly(_ messages: [WireReader.Message], from bytes: [UInt8]) -> Bool {
    var start = 0
    for message in messages {
      guard message.end <= bytes.count, let strict = StrictReading.first(of: bytes[start...]),
        strict.method == message.method, strict.target == Array(message.target.utf8),
        strict.body == message.body, start + strict.length == message.end
      else { return false }
      start = message.end
    }
    return true
  }

  private func mutant(_ random: inout SeededGenerator) -> [UInt8] {
    var bytes = entry(&random)
    if Int.random(in: 0..<4, using: &random) == 0 { bytes += entry(&random) }
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let index = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, index + Int.random(in: 1...12, using: &random))
      switch Int.random(in: 0..<7, using: &random) {
      case 0: bytes.insert(.random(in: 0...255, using: &random), at: index)
      case 1: bytes.removeSubrange(index..<end)
      case 2 where index < bytes.count: bytes[index] = .random(in: 0...255, using: &random)
      case 3 where index < bytes.count: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 4: bytes.insert(contentsOf: bytes[index..<end], at: index)
      case 5: bytes.removeSubrange(end...)
      default: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: index)
      }
    }
    return bytes
  }

  /// Long ones are about limits, and slow.
  private static let seeds = CorpusEntry.all.map(\.bytes).filter { $0.count < 600 }

  private static let valid = CorpusEntry.all
    .filter { $0.bytes.count < 600 && $0.outcomes.last == .open }.map(\.bytes)

  /// A valid one every other time: two mistakes in one request are seldom news.
  private func entry(_ random: inout SeededGenerator) -> [UInt8] {
    let entries = Bool.random(using: &random) ? Self.valid : Self.seeds
    return entries.randomElement(using: &random) ?? []
  }
}
