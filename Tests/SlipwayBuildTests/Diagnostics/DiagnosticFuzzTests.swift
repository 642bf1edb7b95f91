import Glibc
import SlipwayBuild
import SlipwaySystem
import SlipwayTestSupport
import Testing

/// Output of compilers that is cut, damaged and mixed, from seeds: a few thousand inputs in each run,
/// any number with `SLIPWAY_FUZZ`.
@Suite(.timeLimit(.minutes(10))) struct DiagnosticFuzzTests {
  private typealias Line = (text: String, stream: ChildProcess.Stream)

  /// Errors that have been written whole are all found, where they were said to be, whatever comes
  /// before, after and in between.
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func findsEveryErrorThatWasWrittenWhole(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<Self.rounds(150) {
      var lines = Self.interleaved(3, &random)
      if Bool.random(using: &random) {
        let count = Int.random(in: 0...lines.count, using: &random)
        let half = lines.dropFirst(count).first
        lines = Array(lines.prefix(count))
        if let half {
          lines.append((String(half.text.prefix(half.text.count / 2)), half.stream))
        }
      }
      let found = Set(Self.parse(lines).diagnostics.compactMap(Place.init))
      for written in lines.compactMap({ Place(line: $0.text) }) {
        #expect(found.contains(written), "\(written) is lost with seed \(seed)")
      }
    }
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func nothingThatAToolPrintsTraps(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<Self.rounds(150) {
      let lines = Self.interleaved(2, &random).map { Self.damaged($0, &random) }
      let findings = Self.parse(lines, failed: true)
      #expect(findings.diagnostics.first?.severity == .error, "seed \(seed)")
      #expect(findings.diagnostics.count <= 401)
      for diagnostic in findings.diagnostics { #expect(diagnostic.notes.count <= 31) }
    }
  }

  /// An error with a place of its own.
  private struct Place: Hashable {
    let file: String
    let line: Int
    let message: String

    init?(_ diagnostic: Diagnostic) {
      guard diagnostic.severity == .error, let file = diagnostic.file, let line = diagnostic.line
      else { return nil }
      (self.file, self.line, message) = (file, line, diagnostic.message)
    }

    /// `/FILE:LINE:COLUMN: error: message`
    init?(line text: String) {
      guard text.hasPrefix("/"), let mark = text.firstRange(of: ": error: ") else { return nil }
      let parts = text[..<mark.lowerBound].split(separator: ":")
      guard parts.count == 3, let line = Int(parts[1]), line > 0, Int(parts[2]) != nil else {
        return nil
      }
      (file, self.line, message) = (String(parts[0]), line, String(text[mark.upperBound...]))
    }
  }

  private static func parse(_ lines: [Line], failed: Bool = true) -> BuildFindings {
    var parser = DiagnosticParser()
    for line in lines { _ = parser.consume(line.text, from: line.stream) }
    return parser.finish(failed: failed)
  }

  /// Several outputs, line by line in any order; each keeps its own.
  private static func interleaved(_ count: Int, _ random: inout SeededGenerator) -> [Line] {
    var rests = (0..<count)
      .map { _ in
        (Fixture.all.randomElement(using: &random)?.lines ?? [])[...]
      }
    var lines: [Line] = []
    while let index = rests.indices.filter({ !rests[$0].isEmpty }).randomElement(using: &random) {
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        if let (text, stream) = rests[index].popFirst() { lines.append((text, stream)) }
      }
    }
    return lines
  }

  private static func damaged(_ line: Line, _ random: inout SeededGenerator) -> Line {
    var bytes = Array(line.text.utf8)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
    case 1: bytes.removeFirst(Int.random(in: 0...bytes.count, using: &random))
    case 2:
      let insertion = Array(
        ["error: ", "\u{1b}[31m", ":", "`- ", " | ", "99999999999999999999:"]
          .randomElement(using: &random)?
          .utf8 ?? "".utf8
      )
      bytes.insert(contentsOf: insertion, at: Int.random(in: 0...bytes.count, using: &random))
    case 3 where !bytes.isEmpty:
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
        in: 0...255,
        using: &random
      )
    default: break
    }
    return (String(decoding: bytes, as: UTF8.self), line.stream)
  }

  private static func rounds(_ standard: Int) -> Int {
    guard let text = getenv("SLIPWAY_FUZZ") else { return standard }
    return (Int(String(cString: text)) ?? standard) / 8 + 1
  }
}
