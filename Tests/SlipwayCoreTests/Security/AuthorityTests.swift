import SlipwayCore
import SlipwaySystem
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct AuthorityTests {
  @Test(
    arguments: [
      ("localhost", "localhost", nil),
      ("LOCALHOST:8080", "localhost", 8080),
      ("localhost.", "localhost", nil),
      ("Localhost.:80", "localhost", 80),
      ("localhost:", "localhost", nil),
      ("localhost:0", "localhost", 0),
      ("localhost:00080", "localhost", 80),
      ("localhost:65535", "localhost", 65535),
      ("a.b-c.example", "a.b-c.example", nil),
      ("my_app.test", "my_app.test", nil),
      ("xn--bcher-kva.example:3000", "xn--bcher-kva.example", 3000),
      ("1.example", "1.example", nil),
      ("1.2.3.4.example", "1.2.3.4.example", nil),
      ("0xyz", "0xyz", nil),
      ("abc", "abc", nil),
      ("deadbeef", "deadbeef", nil),
      (
        String(repeating: "a", count: 63) + ".example",
        String(repeating: "a", count: 63) + ".example", nil
      ),
    ] as [(String, String, UInt16?)]
  )
  func readsNames(_ text: String, _ name: String, _ port: UInt16?) {
    #expect(Authority(text) == Authority(host: .name(name), port: port))
  }

  @Test(
    arguments: [
      ("127.0.0.1", IPAddress.v4(0x7F00_0001), nil),
      ("127.0.0.1:8080", .v4(0x7F00_0001), 8080),
      ("0.0.0.0:1", .v4(0), 1),
      ("[::1]", .v6(high: 0, low: 1), nil),
      ("[::1]:", .v6(high: 0, low: 1), nil),
      ("[::1]:8080", .v6(high: 0, low: 1), 8080),
      ("[0:0::0:1]:8080", .v6(high: 0, low: 1), 8080),
      ("[::FFFF:127.0.0.1]:80", .v6(high: 0, low: 0xFFFF_7F00_0001), 80),
    ] as [(String, IPAddress, UInt16?)]
  )
  func readsAddresses(_ text: String, _ address: IPAddress, _ port: UInt16?) {
    #expect(Authority(text) == Authority(host: .address(address), port: port))
  }

  @Test(arguments: [
    // Nothing, and what is nothing but punctuation
    "", ".", "..", ":", ":80", "[", "]", "[]", "[]:80", "[:]",
    // Ports
    "localhost:65536", "localhost:99999", "localhost:100000", "localhost:000080", "localhost:-1",
    "localhost:+80", "localhost:0x50", "localhost:80a", "localhost: 80", "localhost:80:80",
    "localhost:18446744073709551617", "localhost:８０", "[::1]80", "[::1]:x", "[::1]:65536",
    // Labels
    "a..b", ".localhost", "localhost..", "a.-.\u{0}", String(repeating: "a", count: 64),
    String(repeating: "a.", count: 127) + "aa",
    // A user, a path, a query, a scheme
    "user@localhost", "localhost@evil.example", "user:pass@localhost", "localhost/", "localhost?x",
    "localhost#x", "http://localhost", "//localhost", "localhost\\evil.example",
    // Spaces, controls, what is not ASCII, what is percent-encoded
    " localhost", "localhost ", "local host", "localhost\t", "localhost\r\n", "localhost\0",
    "localhost\0.evil.example", "bücher.example", "ｌocalhost", "localhost\u{200B}", "%6Cocalhost",
    "local%68ost", "localhost%00", "127.0.0.1%2eevil", "a,b", "localhost,evil.example", "a;b",
    "a!b",
    "a*b", "*", "*.example", "a'b", "a\"b", "<script>", "a=b", "a~b", "$(id)",
    // What one reader takes for 127.0.0.1 and another for a name
    "127.1", "127.0.1", "0x7f.0.0.1", "0x7f000001", "0X7F000001", "2130706433", "0177.0.0.1",
    "127.0.0.01", "127.0.0.1.", "127.0.0.256", "1.2.3.4.5", "0", "0x", "example.0", "example.0x7f",
    "example.127", "256.256.256.256", "4294967296",
    // IPv6
    "::1", "::1:80", "[::1", "::1]", "[::1]]", "[[::1]]", "[::1].", "[::1]evil", "x[::1]",
    "[localhost]", "[127.0.0.1]", "[fe80::1%eth0]", "[fe80::1%25eth0]", "[v1.x:y]", "[1::2::3]",
    "[::1]:80:80", "[::1]@evil.example", "evil.example[::1]",
  ])
  func refusesWhatIsMalformed(_ text: String) {
    #expect(Authority(text) == nil)
  }

  /// Whatever is understood is in a form that cannot be understood in another way.
  @Test func neverTrapsAndUnderstandsOnlyPlainNames() {
    var generator = SeededGenerator(seed: 29)
    let pieces = [
      "localhost", "evil", "example", "127.0.0.1", "127", "0x7f", "::1", "[::1]", "[", "]", ":",
      ".",
      "..", "8080", "99999999999999999999", "@", "%00", "\0", " ", "-", "_", "é", "xn--", "/", "FF",
    ]
    for _ in 0..<50_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...5, using: &generator) {
        text += pieces[Int.random(in: pieces.indices, using: &generator)]
      }
      if Int.random(in: 0..<3, using: &generator) == 0 {
        var bytes = Array(text.utf8)
        bytes.insert(
          UInt8.random(in: .min ... .max, using: &generator),
          at: Int.random(in: 0...bytes.count, using: &generator)
        )
        text = String(decoding: bytes, as: UTF8.self)
      }
      guard let authority = Authority(text), case .name(let name) = authority.host else { continue }
      let isPlain = name.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
      #expect(isPlain, "\(text.debugDescription)")
      #expect(!name.hasPrefix(".") && !name.hasSuffix(".") && !name.contains(".."))
      // The normal form is its own normal form.
      #expect(Authority(name)?.host == .name(name), "\(text.debugDescription)")
    }
  }
}
