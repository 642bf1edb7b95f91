import SlipwayDev
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StyledLineTests {
  @Test(arguments: [
    (5, "hell…"), (6, "hello"), (1, "…"), (0, "…"),
  ])
  func cutsAtTheWidth(_ width: Int, _ expected: String) {
    let text = width == 6 ? "hello" : "hello world"
    #expect(StyledLine(.init(text), isCut: true).text(inColour: false, width: width) == expected)
  }

  @Test func countsWideAndCombiningCharactersAsTheTerminalDoes() {
    let line = StyledLine(.init("日本語 e\u{301}x 🚢!"), isCut: true)
    #expect(line.text(inColour: false, width: 13) == "日本語 e\u{301}x 🚢!")
    #expect(line.text(inColour: false, width: 12) == "日本語 e\u{301}x …")
  }

  @Test func closesEveryColour() {
    let line = StyledLine(.init("a", .red), .init("b"), .init("long", .dim), isCut: true)
    #expect(line.text(inColour: true, width: 4) == "\u{1b}[31ma\u{1b}[0mb\u{1b}[2ml\u{1b}[0m…")
  }
}
