import Testing

@testable import SampleApp

struct DraftTests {
  @Test func trimsAndKeepsLineBreaks() throws {
    let draft = try Draft(author: "  Aurora ", text: "\r\nLate today\r\nSorry\n ")
    #expect(draft.author == "Aurora")
    #expect(draft.text == "Late today\nSorry")
  }

  @Test(
    arguments: [
      ("", "text"), ("author", ""), ("   ", "text"), ("author", "\n\n"),
      ("two\nlines", "text"), ("author", "bell\u{7}"),
      (String(repeating: "a", count: Draft.authorLimit + 1), "text"),
      ("author", String(repeating: "a", count: Draft.textLimit + 1)),
      ("e" + String(repeating: "\u{301}", count: Draft.authorLimit), "text"),
    ]
  )
  func refusesWhatDoesNotFit(author: String, text: String) {
    #expect(throws: Problem.self) { try Draft(author: author, text: text) }
  }

  @Test func takesWhatJustFits() throws {
    _ = try Draft(
      author: String(repeating: "ä", count: Draft.authorLimit),
      text: String(repeating: "⚓", count: Draft.textLimit)
    )
  }
}
