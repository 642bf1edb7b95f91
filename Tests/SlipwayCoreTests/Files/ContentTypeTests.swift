import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite("Content types", .timeLimit(.minutes(5)))
struct ContentTypeTests {
  let system = MIMETypes(
    """
    # A comment
    text/x-ship\t\t\tship SHP
    application/javascript js mjs
    application/x-boat  boat   # no comment for them
    text/other ship
    no-type         nothing
    a/b/c           nothing
    text/x<script>  nothing
    audio/silence
    text/x-cr crlf\r
    """
    .utf8
  )

  @Test(
    arguments: [
      ("a.css", "text/css; charset=utf-8"), ("A.HTML", "text/html; charset=utf-8"),
      ("a.min.js", "text/javascript; charset=utf-8"), ("a.svg", "image/svg+xml"),
      ("a.mjs", "text/javascript; charset=utf-8"), ("a.webp", "image/webp"),
      ("a.wasm", "application/wasm"), ("a.json", "application/json"),
      ("a.js.map", "application/json"), ("a.md", "text/markdown; charset=utf-8"),
      ("a.avif", "image/avif"), ("a.woff2", "font/woff2"),
      // From the system's table
      ("a.ship", "text/x-ship; charset=utf-8"), ("a.Shp", "text/x-ship; charset=utf-8"),
      ("a.boat", "application/x-boat"), ("a.crlf", "text/x-cr; charset=utf-8"),
      // Unknown
      ("LICENSE", "application/octet-stream"), ("a.", "application/octet-stream"),
      ("a.unknown", "application/octet-stream"), ("", "application/octet-stream"),
      ("a.nothing", "application/octet-stream"), ("a.no", "application/octet-stream"),
      ("a.for", "application/octet-stream"), (".html", "application/octet-stream"),
    ]
  )
  func goByTheNameOfTheFile(name: String, type: String) {
    #expect(ContentType.of(Array(name.utf8), system: system) == type)
  }

  @Test func needNoTableOfTheSystem() {
    let nothing = MIMETypes([UInt8]())
    #expect(ContentType.of(Array("a.boat".utf8), system: nothing) == "application/octet-stream")
    #expect(ContentType.of(Array("a.png".utf8), system: nothing) == "image/png")
  }

  @Test func surviveAnyTable() {
    var generator = SeededGenerator(seed: 11)
    let alphabet = Array("ab/ \t\n\r#;\u{0}\u{7F}ü".utf8)
    for _ in 0..<2_000 {
      let text = (0..<Int.random(in: 0...80, using: &generator))
        .map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
      let types = MIMETypes(text)
      for ending in ["a", "b", "ab", "ü"] {
        guard let type = types[ending] else { continue }
        #expect(type.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && type.contains("/"))
      }
    }
  }
}
