import SlipwayBuild
import SlipwaySystem
import Testing

@Suite(.timeLimit(.minutes(5))) struct DiagnosticParserTests {
  @Test(arguments: Fixture.all) func findsWhatIsInRealOutput(_ fixture: Fixture) {
    let actual = fixture.describe(fixture.parse(fixture.lines))
    #expect(actual == fixture.expected)
  }

  @Test(arguments: Fixture.all) func losesNoErrorWhenOutputIsCutShort(_ fixture: Fixture) {
    let errors = fixture.errors
    for count in fixture.lines.indices {
      let last = fixture.lines[count]
      for length in Set([0, 1, last.0.count / 3, last.0.count - 1]) where length >= 0 {
        let cut = fixture.lines[..<count] + [(String(last.0.prefix(length)), last.1)]
        let found = Set(fixture.parse(cut).diagnostics.map(\.message))
        let headers = cut.map(\.0).filter { !$0.contains("warning: ") }
        let begun = errors.filter { error in headers.contains { $0.hasSuffix("error: \(error)") } }
        #expect(found.isSuperset(of: begun), "cut at line \(count + 1), column \(length)")
      }
    }
  }

  @Test(arguments: 0..<40) func losesNoErrorWhenOutputIsInterleaved(seed: UInt64) throws {
    var random = Scramble(seed: seed)
    let one = try #require(Fixture.all.filter { !$0.errors.isEmpty }.randomElement(using: &random))
    let other = try #require(Fixture.all.randomElement(using: &random))
    var merged: [(String, ChildProcess.Stream)] = []
    var rests = [one.lines[...], other.lines[...]]
    while let pick = rests.indices.filter({ !rests[$0].isEmpty }).randomElement(using: &random) {
      merged.append(rests[pick].removeFirst())
    }
    let found = Set(one.parse(merged).diagnostics.map(\.message))
    #expect(found.isSuperset(of: one.errors), "\(one.name) with \(other.name)")
    #expect(found.isSuperset(of: other.errors), "\(other.name) with \(one.name)")
  }

  @Test(arguments: 0..<40) func survivesNoise(seed: UInt64) throws {
    var random = Scramble(seed: seed)
    let pieces = [
      "error: ", "warning: ", "note: ", "`- ", "|", " ", "12 |", "[", "/", "]", ":", "1", "\u{1b}[",
      "m", "\u{1b}", ">>> ", "+---", "    ", "é", "\u{301}", "\u{0}", "\t", "99999999999999999999",
      "macro expansion @", "undefined reference to ", "due to signal ", "ld", "Stack dump:", "",
    ]
    let fixture = try #require(Fixture.all.first { $0.failed })
    let noise = (0..<400)
      .map { _ in
        let count = Int.random(in: 0...7, using: &random)
        let line = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        return (line, ChildProcess.Stream.allCases.randomElement(using: &random) ?? .output)
      }
    let errors = fixture.parse(noise).diagnostics.filter { $0.severity == .error }
    #expect(!errors.isEmpty)
  }

  @Test func makesOneErrorOfTheLastLinesIfNothingElseWasSaid() {
    var parser = DiagnosticParser()
    for line in ["[1/2] Compiling", "It did not work", "", "for no reason"] {
      _ = parser.consume(line, from: .output)
    }
    let findings = parser.finish(failed: true)
    #expect(!findings.isExplained)
    #expect(
      findings.diagnostics == [
        Diagnostic(
          severity: .error,
          message: "for no reason",
          excerpt: "It did not work\nfor no reason"
        )
      ]
    )
  }

  @Test func removesColours() {
    var parser = DiagnosticParser()
    let line = "\u{1b}[1m/project/A.swift:1:2: \u{1b}[31merror: \u{1b}[0mno\u{1b}[K"
    _ = parser.consume(line, from: .output)
    let expected = Diagnostic(
      severity: .error,
      message: "no",
      file: "/project/A.swift",
      line: 1,
      column: 2
    )
    #expect(parser.finish(failed: true).diagnostics == [expected])
  }

  @Test func keepsTheFirstOfVeryManyErrors() {
    var parser = DiagnosticParser()
    for line in 1...5000 { _ = parser.consume("/p/A.swift:\(line):1: error: no", from: .output) }
    let diagnostics = parser.finish(failed: true).diagnostics
    #expect(diagnostics.first?.line == 1)
    #expect(diagnostics.count == 200)
  }

  @Test func saysHowFarTheBuildIs() {
    var parser = DiagnosticParser()
    let progress = parser.consume("[3/17] Compiling Board Notice.swift", from: .output)
    #expect(progress == BuildProgress(step: 3, total: 17, message: "Compiling Board Notice.swift"))
    #expect(parser.consume("[3/] Compiling", from: .output) == nil)
    #expect(parser.consume("[a/b] Compiling", from: .output) == nil)
  }
}

/// SplitMix64, so that a failure can be repeated.
private struct Scramble: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
