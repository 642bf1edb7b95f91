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
}
