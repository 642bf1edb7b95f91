import SlipwayCore
import Testing

@Suite("Text in HTML", .timeLimit(.minutes(5)))
struct HTMLTextTests {
  @Test(
    arguments: [
      ("plain", "plain"),
      ("", ""),
      ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
      ("\" onload='x' \"", "&quot; onload=&#39;x&#39; &quot;"),
      ("a & b &amp; c", "a &amp; b &amp;amp; c"),
      ("--><!--", "--&gt;&lt;!--"),
      ("{{message}}", "{{message}}"),
      ("tab\tand\nline", "tab\tand\nline"),
      ("windows\r\nline", "windows\nline"),
      ("old\rmac", "old␍mac"),
      ("\u{1B}[31mred\u{0}\u{7F}", "␛[31mred␀␡"),
      ("next\u{85}line", "next‹U+0085›line"),
      ("if admin \u{202E}⁦// check", "if admin ‹U+202E›‹U+2066›// check"),
      ("\u{FEFF}zero\u{200B}width", "‹U+FEFF›zero‹U+200B›width"),
      ("tag\u{E0041}", "tag‹U+E0041›"),
      ("grüße 👩‍👩‍👧 日本", "grüße 👩‍👩‍👧 日本"),
      ("<\u{301}script>", "&lt;\u{301}script&gt;"),
    ]
  )
  func isEscapedAndVisible(text: String, html: String) {
    #expect(HTMLText.escape(text) == html)
  }
}
