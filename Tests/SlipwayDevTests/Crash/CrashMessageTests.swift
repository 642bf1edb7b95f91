import SlipwayDev
import SlipwayTestSupport
import Testing

/// What the runtime said last, among all that was printed.
@Suite(.timeLimit(.minutes(5)))
struct CrashMessageTests {
  @Test(arguments: [
    (
      "App/App.swift:12: Fatal error: Index out of range\n",
      CrashMessage(text: "Fatal error: Index out of range", file: "App/App.swift", line: 12)
    ),
    (
      "listening\nFatal error: Unexpectedly found nil while unwrapping an Optional value\n",
      CrashMessage(text: "Fatal error: Unexpectedly found nil while unwrapping an Optional value")
    ),
    (
      "Swift/Range.swift:1: Precondition failed: upside down\nanother thread prints\n",
      CrashMessage(text: "Precondition failed: upside down", file: "Swift/Range.swift", line: 1)
    ),
    (
      "app: /src/file.c:64: death_assert: Assertion `zero == 1' failed.\n",
      CrashMessage(text: "Assertion `zero == 1' failed.", file: "/src/file.c", line: 64)
    ),
    (
      "terminate called after throwing an instance of 'std::runtime_error'\n  what():  boom\n",
      CrashMessage(
        text: "terminate called after throwing an instance of 'std::runtime_error', what():  boom"
      )
    ),
    (
      "free(): double free detected in tcache 2\n",
      .init(text: "free(): double free detected in tcache 2")
    ),
    (
      """
      Simultaneous accesses to 0x7f, but modification requires exclusive access.
      Previous access (a modification) started at  (0x1).
      Current access (a modification) started at:
      Fatal access conflict detected.
      """,
      CrashMessage(
        text: "Simultaneous accesses to 0x7f, but modification requires exclusive access."
      )
    ),
  ])
  func isFound(printed: String, message: CrashMessage) {
    #expect(CrashMessage(in: printed) == message)
  }

  @Test func theLastOneCounts() {
    let printed = "A.swift:1: Fatal error: first\nmore\nB.swift:2: Fatal error: second\n"
    #expect(CrashMessage(in: printed)?.text == "Fatal error: second")
  }

  @Test func whatSwiftsBacktracerQuotesIsNoMessage() {
    let printed = """
      App.swift:1: Fatal error: real
      *** Program crashed: Illegal instruction at 0x7f ***
      12│   fatalError("quoted: Fatal error: not this")
      """
    #expect(CrashMessage(in: printed)?.text == "Fatal error: real")
  }

  @Test(arguments: ["", "\n", "everything is fine\n", "file:12: warning: free of charge\n"])
  func ordinaryLinesSayNothing(printed: String) {
    #expect(CrashMessage(in: printed) == nil)
  }

  @Test func anyBytesCanBeRead() {
    var random = SeededGenerator(seed: 7)
    let parts = ["Fatal error", ":", "12", "\n", " ", ": Assertion `", "failed.", "\u{fffd}", "é"]
    for _ in 0..<5_000 {
      let count = Int.random(in: 0..<12, using: &random)
      let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
      _ = CrashMessage(in: text)
    }
  }
}
