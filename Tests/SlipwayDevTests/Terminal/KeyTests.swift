import SlipwayDev
import Testing

@Suite(.timeLimit(.minutes(5)))
struct KeyTests {
  @Test(arguments: [
    ("rodcq?h", [Key.restart, .open, .debug, .clear, .quit, .help, .help]),
    ("x \n", []),
    ("\u{1b}[Ar", []),
    ("r\u{1b}OQq", [.restart]),
    ("\u{0c}\u{04}", [.clear, .quit]),
  ])
  func understandsKeysButNotEscapeSequences(_ typed: String, _ keys: [Key]) {
    #expect(Key.keys(in: typed.utf8) == keys)
  }
}
