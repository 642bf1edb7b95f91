import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct WebOriginTests {
  @Test(arguments: [
    ("http://localhost:8080", "http", "localhost:8080"),
    ("HTTP://LocalHost:8080", "http", "localhost:8080"),
    ("http://localhost:80", "http", "localhost"),
    ("https://example.test:443", "https", "example.test"),
    ("https://example.test:80", "https", "example.test:80"),
    ("http://[::1]:3000", "http", "[::1]:3000"),
    ("chrome-extension://abcdefghijklmnop", "chrome-extension", "abcdefghijklmnop"),
  ])
  func readsOrigins(_ text: String, _ scheme: String, _ authority: String) throws {
    let authority = try #require(Authority(authority))
    #expect(WebOrigin(text) == .page(scheme: scheme, authority: authority))
  }

  @Test func readsTheOpaqueOrigin() {
    #expect(WebOrigin("null") == .opaque)
  }

  @Test(arguments: [
    "", "Null", "NULL", " null", "null ", "localhost", "localhost:8080", "//localhost",
    "://localhost",
    "http:localhost", "http:/localhost", "http://", "http:///", "http://localhost/",
    "http://localhost:8080/x", "http://localhost?x", "http://localhost#x", "http://user@localhost",
    "http://localhost http://evil.example", "http://localhost, http://evil.example",
    "http://localhost:99999", "http://127.1", "file://", "1http://localhost", "ht tp://localhost",
    "http\0://localhost", "http://localhost\0", "http://bücher.example", "http://http://localhost",
    "http://evil.example\\@localhost", String(repeating: "a", count: 400) + "://localhost",
  ])
  func refusesWhatIsMalformed(_ text: String) {
    #expect(WebOrigin(text) == nil)
  }

  @Test(arguments: [
    // origin, scheme and host of the request
    ("http://localhost:8080", "http", "localhost:8080", true),
    ("http://LOCALHOST:8080", "http", "localhost.:8080", true),
    ("http://localhost", "http", "localhost:80", true),
    ("http://localhost:80", "http", "localhost", true),
    ("http://[::1]:8080", "http", "[0:0::1]:8080", true),
    ("https://example.test", "https", "example.test:443", true),
    // Another port, name or scheme is another site
    ("http://localhost:3000", "http", "localhost:8080", false),
    ("http://localhost", "http", "localhost:8080", false),
    ("http://127.0.0.1:8080", "http", "localhost:8080", false),
    ("http://evil.example:8080", "http", "localhost:8080", false),
    ("http://localhost.evil.example:8080", "http", "localhost:8080", false),
    ("http://evil.localhost:8080", "http", "localhost:8080", false),
    ("null", "http", "localhost:8080", false),
    ("chrome-extension://localhost", "http", "localhost", false),
    ("http://example.test", "https", "example.test", false),
    ("http://example.test:443", "https", "example.test", false),
    // A proxy that ends TLS in front of us
    ("https://app.tunnel.example", "http", "app.tunnel.example", true),
    ("https://app.tunnel.example", "http", "app.tunnel.example:443", true),
    ("https://app.tunnel.example:8443", "http", "app.tunnel.example:8443", true),
    ("https://app.tunnel.example", "http", "app.tunnel.example:80", false),
    ("https://evil.example", "http", "app.tunnel.example", false),
  ])
  func tellsItsOwnSiteFromOthers(
    _ origin: String,
    _ scheme: String,
    _ authority: String,
    _ isSame: Bool
  ) throws {
    let origin = try #require(WebOrigin(origin))
    let authority = try #require(Authority(authority))
    #expect(origin.isSame(scheme: scheme, authority: authority) == isSame)
  }

  @Test func neverTraps() {
    var generator = SeededGenerator(seed: 6454)
    let pieces = [
      "http", "https", "://", ":", "/", "localhost", "null", "8080", "@", "[::1]", "\0", "é",
    ]
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        text += pieces[Int.random(in: pieces.indices, using: &generator)]
      }
      guard case .page(let scheme, let authority)? = WebOrigin(text) else { continue }
      #expect(text.lowercased().hasPrefix(scheme + "://"))
      #expect(Authority(String(text.dropFirst(scheme.count + 3)))?.host == authority.host)
    }
  }
}
