import SlipwayCore
import Testing

@Suite("Choice of a page's format", .timeLimit(.minutes(5)))
struct PageFormatTests {
  @Test(
    arguments: [
      // curl, fetch, wget; nothing said
      (nil, .text), ("", .text), ("*/*", .text), ("text/*", .text),
      // Browsers: navigation, images, style sheets
      ("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", .html),
      ("image/avif,image/webp,image/*,*/*;q=0.8", .text),
      ("text/css,*/*;q=0.1", .text),
      // Programs
      ("application/json", .json),
      ("application/problem+json", .json),
      ("application/*", .json),
      ("application/json, text/plain, */*", .json),
      ("text/plain, application/json, */*", .text),
      ("APPLICATION/JSON", .json),
      // Weights
      ("text/html;q=0.5, application/json", .json),
      ("text/html;q=0.5, application/json;q=0.4, */*;q=0.1", .html),
      ("text/html;q=0, */*", .text),
      ("text/plain;q=0, */*;q=0.5", .html),
      ("text/plain;q=0, text/html;q=0, */*", .json),
      ("*/*;q=0.9, text/html;q=0.8", .text),
      ("text/html ; level=1 ; q=0.25 , application/json;q=0.125", .html),
      ("text/html;Q=0.2, application/json;q=0.3", .json),
      // None of ours: text is better than nothing
      ("image/png", .text), ("text/html;q=0", .text),
      // Malformed elements are left out
      ("text/html;q=2, application/json;q=0.1", .json),
      ("text/html;q=1.001, application/json;q=0.1", .json),
      ("text/html;q=-1, application/json;q=0.1", .json),
      ("text/html;q=0.1234, application/json;q=0.1", .json),
      ("text/html;q=, application/json", .json),
      ("text, /, html/, /html, */html, ;;;, ,,,, application/json", .json),
      ("x/y;a=\"text/html, \\\" text/html\", application/json", .json),
      ("text/html;a=\"unclosed", .html),
    ] as [(String?, PageFormat)]
  )
  func followsTheAcceptField(accept: String?, format: PageFormat) {
    #expect(PageFormat(accept: accept) == format)
  }

  @Test func neverTraps() {
    var generator = SeededGenerator(seed: 3)
    let alphabet = Array("text/html,*;q=0.1\"\\ \t9é".utf8)
    for _ in 0..<5_000 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator))
        .map { _ in
          alphabet[Int.random(in: alphabet.indices, using: &generator)]
        }
      _ = PageFormat(accept: String(decoding: bytes, as: UTF8.self))
    }
  }
}
