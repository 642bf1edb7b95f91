import SlipwayDev
import Testing

/// What an application may do to a terminal: choose colours, and nothing else.
@Suite(.timeLimit(.minutes(5)))
struct ApplicationTextTests {
  @Test(arguments: [
    ("", "", ""), ("plain", "plain", "plain"), ("é ü", "é ü", "é ü"),
    ("\u{1b}[31mred\u{1b}[0m!", "red!", "\u{1b}[31mred\u{1b}[0m!\u{1b}[0m"),
    ("\u{1b}[38;2;1;2;3mx", "x", "\u{1b}[38;2;1;2;3mx\u{1b}[0m"),
    ("\u{1b}[mx", "x", "\u{1b}[mx\u{1b}[0m"),
    ("a\u{1b}[2Jb", "ab", "ab"), ("a\u{1b}[1;1Hb", "ab", "ab"), ("a\u{1b}[?25lb", "ab", "ab"),
    ("a\u{1b}[>4mb", "ab", "ab"),
    ("a\u{1b}]0;title\u{07}b", "ab", "ab"), ("a\u{1b}]52;c;aaaa\u{1b}\\b", "ab", "ab"),
    ("a\u{1b}Pq\u{1b}\\b", "ab", "ab"), ("a\u{1b}cb", "ab", "ab"), ("a\u{1b}(0b", "ab", "ab"),
    ("a\u{9b}2Jb", "ab", "ab"), ("a\u{1b}", "a", "a"), ("a\u{1b}[", "a", "a"),
    ("a\u{1b}]never ends", "a", "a"), ("a\u{1b}[31", "a", "a"),
    ("a\u{07}b", "a\\x07b", "a\\x07b"), ("a\rb", "a\\x0db", "a\\x0db"),
    ("a\u{202e}b", "a\\u{202e}b", "a\\u{202e}b"), ("a\u{fffd}", "a\u{fffd}", "a\u{fffd}"),
  ])
  func letsColoursThrough(_ line: String, _ plain: String, _ coloured: String) {
    let text = ApplicationText(line)
    #expect(text.plain == plain)
    #expect(text.coloured == coloured)
  }

  @Test func aLineOnATerminalEndsWithoutItsColour() {
    let line = StyledLine(.init("/: "), .init(ApplicationText("\u{1b}[32mgo")))
    #expect(line.text(inColour: true, width: 5) == "/: \u{1b}[32mgo\u{1b}[0m")
    #expect(line.text(inColour: false, width: 5) == "/: go")
  }
}
