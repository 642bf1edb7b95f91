import FoundationEssentials
import Testing

@testable import SampleApp

struct PagesTests {
  @Test func whatVisitorsTypeNeverBecomesMarkup() {
    let hostile = "<script>alert('1')</script> & \"quoted\""
    let notice = Notice(
      id: 7,
      author: hostile,
      text: hostile,
      posted: Date(timeIntervalSince1970: 0)
    )
    let problem = Problem(.badRequest, hostile)
    let page = boardPage(notices: [notice], problem: problem, author: hostile, text: hostile)

    #expect(!page.text.contains("<script>alert"))
    #expect(!page.text.contains("\"quoted\""))
    #expect(
      page.text.contains(
        "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;quoted&quot;"
      )
    )
  }

  @Test func theFooterShowsTheEdition() {
    #expect(boardPage(notices: []).text.contains(#"<span class="edition">\#(edition)</span>"#))
  }

  @Test func anEmptyBoardSaysSo() {
    #expect(boardPage(notices: []).text.contains("Nothing on the board"))
  }

  @Test func timesReadWell() {
    let notice = Notice(id: 1, author: "a", text: "b", posted: Date(timeIntervalSince1970: 0))
    #expect(
      boardPage(notices: [notice]).text
        .contains(#"<time datetime="1970-01-01T00:00:00Z">1970-01-01 00:00 UTC</time>"#)
    )
  }
}
