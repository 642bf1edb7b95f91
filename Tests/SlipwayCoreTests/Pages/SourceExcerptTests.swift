import SlipwayCore
import Testing

@Suite("Source excerpt", .timeLimit(.minutes(5)))
struct SourceExcerptTests {
  @Test(
    arguments: [
      ("let a = b\n        ^\n", [.failing, .marker]),
      ("let a = b\n    ~   ^~~\n\n  \n", [.failing, .marker]),
      (
        "1 | a\n2 | b\n  | |- error: x\n  | `- note: y\n3 | c",
        [.context, .failing, .marker, .marker, .context]
      ),
      ("1 | // `- quoted\n2 | ~a", [.context, .context]),
      ("^", [.marker]),
      ("", []),
    ] as [(String, [SourceExcerpt.Line.Kind])]
  )
  func tellsFailingLinesAndMarkersApart(text: String, kinds: [SourceExcerpt.Line.Kind]) {
    #expect(SourceExcerpt(text).lines.map(\.kind) == kinds)
  }

  /// The number of the line that matters, and what in it is meant.
  @Test(
    arguments: [
      // swiftc, clang, swiftc of old
      ("1 | let a\n2 | let b: Int = \"text\"\n  |              `- error: no", 2, "\"text\""),
      ("   12 |   foo(bar);\n      |   ^~~", 12, "foo"),
      ("let a = b.c\n    ~   ^~~", nil, "b.c"),
      ("9 | call(value, of: 3)\n  |      |- error: x\n  |      `- note: y", 9, "value"),
      ("9 | a + b\n  |   ^", 9, "+"),
      ("9 | ä = \"ö\" + 1\n  |     ^", 9, "\"ö\""),
      // A debugger's place, behind a tab
      ("7 | \tmoor()\n  | \t^", 7, "moor"),
      // Python
      ("     3 | def f():\n>    4 |     return x", 4, nil),
    ] as [(String, Int?, String?)]
  )
  func findsWhatIsMeant(text: String, number: Int?, meant: String?) throws {
    let lines = SourceExcerpt(text).lines
    let failing = try #require(lines.first { $0.kind == .failing })
    #expect(failing.number == number)
    let characters = Array(failing.text)
    #expect(failing.range.map { String(characters[$0]) } == meant)
    #expect(!failing.text.contains("|"))
  }

  @Test(
    arguments: [
      // Beyond the line; below a tab that is spaces in the marker
      "1 | ab\n  |        ^", "1 | \tab\n  |     ^", "> 1 | ab",
    ]
  )
  func marksNothingWhereItIsUnclear(text: String) {
    #expect(SourceExcerpt(text).lines.first?.kind == .failing)
    #expect(SourceExcerpt(text).lines.allSatisfy { $0.range == nil })
  }

  @Test func aColumnIsMarkedInTheLineThatMatters() throws {
    let failing = try #require(SourceExcerpt("  3 | x\n> 4 | if ship = 1:", column: 4).lines.last)
    #expect(failing.range == 3..<7)
    let short = try #require(SourceExcerpt("> 4 | if", column: 40).lines.last)
    #expect(short.range == nil)
  }

  /// What stands above the excerpt is not said in it once more; other messages are.
  @Test func dropsMarkersThatSayNothingNew() {
    let excerpt = SourceExcerpt("1 | f(a)\n  |   |- error: no\n  |   `- note: here\n  |   ^~")
    #expect(excerpt.lines(besides: "no").map(\.text) == ["f(a)", "  `- note: here"])
    #expect(excerpt.lines(besides: "").count == 3)
    let unclear = SourceExcerpt("1 | f\n  |      ^")
    #expect(unclear.lines(besides: "").count == 2)
  }
}
