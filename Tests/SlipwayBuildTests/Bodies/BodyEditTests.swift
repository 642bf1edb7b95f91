import SlipwayBuild
import Testing

struct BodyEditTests {
  private static let source = #"""
    import Tools // {
    /* { /* nested */ */
    let greeting = "{ \(["}": 1].map { "\($0)" }) \" {"
    let long = """
      } " ""\" {
      """
    let raw = #"\"# + ##"}"# "##

    struct Page {
      var title: String { greeting }
      let size = [1, 2].map { $0 + 1 }
      static let made = Page.init { 1 }
      func text(of name: String) -> String {
        let half = name.count / 2
        return "<b>\(name)</b>" + (half > 3 ? "long" : { "short" }())
      }
      init(_ make: () -> Int) { _ = make() }
      @inlinable func inlined() -> Int { 4 }
      func some() -> some Sequence { [5] }
      func local() -> Int {
        struct Local { var one = 6 }
        return Local().one
      }
      class Inner {
        func deep() { print("seven") }
        deinit { print("eight") }
      }
    }
    """#

  private static func isBodyEdit(_ old: String, _ new: String) -> Bool {
    let edited = source.replacing(old, with: new)
    #expect(edited != source, "\(old) is not there")
    return BodyEdit.isOne(from: Array(source.utf8), to: Array(edited.utf8))
  }

  @Test(arguments: [
    ("half > 3", "half > 4"),
    ("return \"<b>", "// }\n    return \"<b>"),
    (
      "let half = name.count / 2\n",
      "let half = 1\n    func inner() { print(\"{\") }\n    inner()\n"
    ),
    ("_ = make()", ""),
    ("print(\"seven\")", "print(\"7\", separator: \"}\")"),
    ("print(\"eight\")", "if true { print(8) } else { }"),
  ])
  func whatChangesInTheBodyOfAFunctionIsOne(old: String, new: String) {
    #expect(Self.isBodyEdit(old, new))
  }

  @Test(arguments: [
    // What others see.
    ("func text(of name", "func text(for name"),
    ("let greeting = \"{", "let greeting = \"{{"),
    ("struct Page", "struct Sheet"),
    ("$0 + 1", "$0 + 2"),
    ("var title: String { greeting }", "var title: String { \"none\" }"),
    ("Page.init { 1 }", "Page.init { 2 }"),
    // What other modules, or the debugger, are told of a body.
    ("{ 4 }", "{ 5 }"),
    ("[5]", "[5, 6]"),
    ("var one = 6", "var two = 6"),
    ("return Local().one", "return 1"),
    ("_ = make()", "enum Local { case one }"),
    ("_ = make()", "#if DEBUG\n_ = make()\n#endif"),
    // More than one body, and braces that are not what they were.
    (
      "half > 3 ? \"long\" : { \"short\" }())\n  }",
      "true ? \"long\" : \"\")\n  }\n  func more() {}"
    ),
    ("_ = make() }\n", "_ = make() }\n  func more() {}\n"),
    ("_ = make()", "_ = make() } func more() {"),
    ("_ = make()", "_ = make() {"),
    ("_ = make()", "_ = /}/"),
    ("_ = make()", "_ = \"unfinished"),
  ])
  func everythingElseIsNone(old: String, new: String) {
    #expect(!Self.isBodyEdit(old, new))
  }

  /// Whatever is cut out of the source: nothing traps, and what is one has the same declarations.
  @Test func noCutIsTooStrange() {
    let bytes = Array(Self.source.utf8)
    var found = 0
    for start in bytes.indices {
      for length in [1, 2, 7] where start + length <= bytes.count {
        var cut = bytes
        cut.removeSubrange(start..<start + length)
        found += BodyEdit.isOne(from: bytes, to: cut) ? 1 : 0
        _ = BodyEdit.isOne(from: Array(bytes[..<start]), to: Array(bytes[(start + length)...]))
      }
    }
    // The bodies of `text`, `init`, `deep` and `deinit`, but for what would unbalance them.
    #expect(found > 200 && found < 1_200)
  }
}
