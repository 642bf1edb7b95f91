import SlipwayWatch
import Testing

/// Each row: the patterns, a path relative to the file that has them, and the decision. A trailing
/// slash marks a directory. What git itself says is in `agreesWithGit`.
@Suite struct IgnoreFileTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let patterns: String
    let path: String
    let isIgnored: Bool?

    init(_ patterns: String, _ path: String, _ isIgnored: Bool?) {
      (self.patterns, self.path, self.isIgnored) = (patterns, path, isIgnored)
    }

    var testDescription: String { "\(patterns.debugDescription) on \(path)" }
  }

  static let rows = [
    // Without a slash: at any depth.
    Row("a.log", "a.log", true), Row("a.log", "x/y/a.log", true), Row("a.log", "a.logs", nil),
    Row("*.log", "x/b.log", true), Row("*.log", ".log", true), Row("a?c", "abc", true),
    Row("a?c", "ac", nil), Row("*", "x/y", true), Row("a*b*c", "aXXbYYc", true),
    Row("a*b*c", "aXXbYY", nil),
    // Anchored by a slash at the beginning or in the middle.
    Row("/a", "a", true), Row("/a", "x/a", nil), Row("x/a", "x/a", true),
    Row("x/a", "y/x/a", nil), Row("x/*.c", "x/a.c", true), Row("x/*.c", "x/y/a.c", nil),
    // Directories only.
    Row("out/", "out/", true), Row("out/", "out", nil), Row("out/", "x/out/", true),
    Row("/out/", "x/out/", nil),
    // Two stars.
    Row("**/a", "a", true), Row("**/a", "x/y/a", true), Row("x/**", "x/y/z", true),
    Row("x/**", "x/", nil), Row("a/**/b", "a/b", true), Row("a/**/b", "a/x/y/b", true),
    Row("a/**/b", "a/x/y/c", nil), Row("**/x/**/b", "1/x/2/3/b", true), Row("**", "a/b", true),
    Row("a**b", "aXb", true), Row("a**b", "a/b", nil),
    // The last pattern that matches decides.
    Row("*.log\n!keep.log", "keep.log", false), Row("!keep.log\n*.log", "keep.log", true),
    Row("*.log\n!/keep.log", "x/keep.log", true),
    // Comments, quoting, spaces.
    Row("# a", "# a", nil), Row("\\#a", "#a", true), Row("\\!a", "!a", true),
    Row("a ", "a", true), Row("a\\ ", "a ", true), Row("a\r\n", "a", true), Row("\n\n", "a", nil),
    Row("a\\*", "a*", true), Row("a\\*", "ab", nil), Row("a\\", "a", nil), Row("/", "a", nil),
    Row("!", "a", nil),
    // Brackets.
    Row("[ab].c", "a.c", true), Row("[!ab].c", "a.c", nil), Row("[^ab].c", "c.c", true),
    Row("[a-c]x", "bx", true), Row("[a-c]x", "dx", nil), Row("[]a]x", "]x", true),
    Row("[a-]x", "-x", true), Row("[[:digit:]]x", "7x", true), Row("[[:alpha:]_]x", "_x", true),
    Row("[ab", "[ab", nil), Row("[\\]]x", "]x", true), Row("*.py[co]", "a.pyc", true),
  ]

  static func decision(_ row: Row) -> Bool? {
    let components = row.path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
    return IgnoreFile(text: row.patterns)
      .decision(components[...], isDirectory: row.path.hasSuffix("/"))
  }

  @Test(arguments: rows) func decides(_ row: Row) {
    #expect(Self.decision(row) == row.isIgnored)
  }

  @Test func staysQuickOnPatternsThatBacktrack() {
    let pattern = String(repeating: "*a", count: 50) + "b"
    let name = Array(String(repeating: "a", count: 4000).utf8)
    #expect(IgnoreFile(text: pattern).decision([name], isDirectory: false) == nil)
  }
}
