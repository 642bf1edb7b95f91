import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// The page on which code is evaluated.
@Suite(.timeLimit(.minutes(5)))
struct ConsolePageTests {
  private func page(_ text: String, _ content: ConsolePage.Content) -> HTMLStructure {
    let page = ConsolePage(function: text, file: text, line: 1, excerpt: text, content: content)
    return HTMLStructure(String(buffer: page.render()))
  }

  @Test func nothingThatIsEvaluatedBecomesMarkup() {
    for text in HostileTexts.all {
      let entries = { (text: String) in
        ConsolePage.Content.entries([.init(code: text, output: text)])
      }
      let found = page(text, entries(text))
      #expect(found.complaints.isEmpty, "\(text.debugDescription)")
      #expect(found.outline == page(text.harmless, entries(text.harmless)).outline)
      #expect(page(text, .pin(attemptsLeft: nil)).complaints.isEmpty)
    }
  }

  @Test func itsFormGoesNowhereElseAndNobodyMayFrameIt() {
    let page = ConsolePage(function: "f", file: "/a", line: 1, excerpt: "", content: .entries([]))
    let policy = page.responseFields["Content-Security-Policy"].joined()
    #expect(policy.contains("default-src 'none'"))
    #expect(policy.contains("form-action 'self'"))
    #expect(policy.contains("frame-ancestors 'none'"))
  }

  @Test func showsTheSourceAroundTheFrame() {
    let page = ConsolePage(
      function: "f",
      file: "/a",
      line: 1,
      excerpt: "> 1 | moor()",
      content: .entries([])
    )
    #expect(String(buffer: page.render()).contains("1 | moor()"))
  }

  @Test func aWrongPINIsSaidToBeOne() {
    let shown = { (left: Int) in
      String(
        buffer: ConsolePage(
          function: "f",
          file: "/a",
          line: 1,
          excerpt: "secret",
          content: .pin(attemptsLeft: left)
        )
        .render()
      )
    }
    #expect(shown(9).contains("9 more attempts."))
    #expect(shown(1).contains("1 more attempt."))
    // Nothing of the source before the PIN.
    #expect(!shown(1).contains("secret"))
  }
}
