import SlipwayCore
import SlipwayTestSupport
import Testing

/// Range, dates and conditions, made of what is dangerous in them.
@Suite(.timeLimit(.minutes(5)))
struct FieldFuzzTests {
  private static let pieces = [
    "bytes", "Bytes", "=", "-", ",", " ", "\t", "0", "1", "9", "10", "99", "007",
    "9223372036854775807", "9223372036854775808", "18446744073709551616", "-1", "+1", "x", "none",
    "W/", "\"", "\"a\"", "*", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994", "GMT", "Feb", "31", "29", "23:59:60", "24:00:00", "99999", "é",
    "\u{1}",
  ]

  private func text(_ random: inout SeededGenerator, upTo count: Int) -> String {
    (0..<Int.random(in: 0...count, using: &random))
      .map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func rangesStayWithinTheFile(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var parts = 0
    for _ in 0..<Fuzzing.rounds(2000) {
      let isNear = Bool.random(using: &random)
      let field =
        isNear
        ? "bytes=\(text(&random, upTo: 1))-\(text(&random, upTo: 1))" : text(&random, upTo: 6)
      let size = [0, 1, 10, 100, .max].randomElement(using: &random) ?? 0
      if case .part(let range) = ByteRange(field, size: size) {
        parts += 1
        if range.isEmpty || range.lowerBound < 0 || range.upperBound > size {
          Issue.record("\(field.debugDescription) of \(size) is \(range)")
        }
      }
    }
    #expect(parts > 50)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func datesAreWrittenAsTheyAreRead(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<Fuzzing.rounds(2000) {
      let seconds = Int.random(in: -1 << 37...1 << 38, using: &random)
      for date in [HTTPDate(text(&random, upTo: 5)), HTTPDate(seconds: seconds)] {
        if let date, HTTPDate(date.description) != date { Issue.record("\(date)") }
      }
    }
    for seconds in [Int.min, Int.max, -1, 0, 253_402_300_799, 253_402_300_800] {
      if let date = HTTPDate(seconds: seconds) { #expect(HTTPDate(date.description) == date) }
    }
  }

  /// A condition that nobody made is never the reason for an answer.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func onlyAConditionThatWasMadeDecides(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let current = Validators(inode: 1, size: 2, modified: 3, changed: 4, now: 5)
    let names = [
      "If-Match", "If-Unmodified-Since", "If-None-Match", "If-Modified-Since", "If-Range",
    ]
    for _ in 0..<Fuzzing.rounds(2000) {
      var fields = FieldSection()
      for name in names where Int.random(in: 0..<3, using: &random) == 0 {
        let value = Bool.random(using: &random) ? current.tag : text(&random, upTo: 4)
        fields.add(name: name, value: value)
      }
      let reasons =
        switch Preconditions(fields).evaluate(against: current) {
        case .failed: names[0...1]
        case .notModified: names[2...3]
        case .proceed(rangeApplies: false): names[4...4]
        case .proceed(rangeApplies: true): names[5...]
        }
      if !reasons.isEmpty, !reasons.contains(where: { fields.contains(name: $0) }) {
        Issue.record("\(fields)")
      }
    }
  }
}
