import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite("Mount table", .timeLimit(.minutes(5)))
struct MountTableTests {
  let table = MountTable([
    Mount(prefix: "/", kind: "swift", target: "app"),
    Mount(prefix: "/api", kind: "swift", target: "api"),
    Mount(prefix: "/api/v2", kind: "swift", target: "api2"),
    Mount(prefix: "/static", kind: "files", target: "public"),
    Mount(prefix: "/café", kind: "files", target: "menu"),
    Mount(prefix: "/my files", kind: "files", target: "mine"),
    Mount(prefix: "/a[1]", kind: "files", target: "list"),
  ])

  @Test(
    arguments: [
      // target, prefix, path, query
      ("/", "/", "/", ""),
      ("/x", "/", "/x", ""),
      ("/api", "/api", "", ""),
      ("/api/", "/api", "/", ""),
      ("/api/x?y=1", "/api", "/x", "y=1"),
      ("/api?y=1", "/api", "", "y=1"),
      ("/apix", "/", "/apix", ""),
      ("/API", "/", "/API", ""),
      ("/api/v2", "/api/v2", "", ""),
      ("/api/v2/x", "/api/v2", "/x", ""),
      ("/api/v20", "/api", "/v20", ""),
      // The query is the application's
      ("/api?", "/api", "", ""),
      ("/api??a=/../b&c=100%&d=\\", "/api", "", "?a=/../b&c=100%&d=\\"),
      // Escapes are decoded once to find the mount, and left to the application as they are
      ("/%61pi/%62", "/api", "/%62", ""),
      ("/%2561pi", "/", "/%2561pi", ""),
      ("/caf%C3%A9/x", "/café", "/x", ""),
      ("/caf%c3%a9", "/café", "", ""),
      ("/café/x", "/café", "/x", ""),
      ("/CAF%C3%89", "/", "/CAF%C3%89", ""),
      ("/cafe%CC%81", "/", "/cafe%CC%81", ""),
      ("/caf%C3/x", "/", "/caf%C3/x", ""),
      ("/my%20files/a%20b", "/my files", "/a%20b", ""),
      ("/my+files", "/", "/my+files", ""),
      ("/a[1]/x", "/a[1]", "/x", ""),
      ("/a%5b1%5D", "/a[1]", "", ""),
      // An encoded slash is no border
      ("/api%2Fx", "/", "/api%2Fx", ""),
      ("/api/a%2Fb", "/api", "/a%2Fb", ""),
      ("/api%2fv2", "/", "/api%2fv2", ""),
      ("/api/%2e%2e%2fetc", "/api", "/%2e%2e%2fetc", ""),
      // Empty segments stay
      ("//api", "/", "//api", ""),
      ("/api//x//", "/api", "//x//", ""),
      // Dot segments go before the mount is looked for
      ("/static/../api/x", "/api", "/x", ""),
      ("/static/%2e%2E/api/x", "/api", "/x", ""),
      ("/static/.%2e/api", "/api", "", ""),
      ("/./api/./x/.", "/api", "/x/", ""),
      ("/api/x/..", "/api", "/", ""),
      ("/api/..", "/", "/", ""),
      ("/api//../x", "/api", "/x", ""),
      ("/api/.../..x/x../.x", "/api", "/.../..x/x../.x", ""),
      // Absolute-form
      ("http://localhost:8080/api/x?y", "/api", "/x", "y"),
      ("HTTPS://localhost/api", "/api", "", ""),
      ("http://localhost", "/", "/", ""),
      ("http://localhost?x", "/", "/", "x"),
      ("http://[::1]:80/static/../api", "/api", "", ""),
      ("/http://localhost/api", "/", "/http://localhost/api", ""),
    ]
  )
  func splitsTargetsAtTheirMount(target: String, prefix: String, path: String, query: String) {
    guard case .found(let mount, let foundPath, let foundQuery) = table.resolve(target) else {
      Issue.record("\(target) was not found: \(table.resolve(target))")
      return
    }
    #expect(mount.prefix == prefix)
    #expect(foundPath == path)
    #expect(foundQuery == query)
  }

  @Test(
    arguments: [
      "", "*", "localhost:80", "api", "?x", "mailto:x", "ftp://host/", "http:/x", "http://",
      "http:///x", "http://?x", "http://user@host/", "http://ho st/", "http://host\\x/",
      "http://host#x", "http\u{1A}\u{0F}\u{0F}host/",
      "/%", "/%2", "/%zz", "/%2x", "/a%", "/%%30%30", "/%00", "/a\u{0}b", "/%00?x", "/a b", "/\t",
      "/a\r\nb", "/\u{7F}", "/a#b", "/a?b#c", "/a?b\u{0}", "/a?b\r\nc", "/a?b c",
      "/a\\b", "/..\\x", "/..", "/../", "/../x", "/a/../../x", "/%2e%2e/x", "/.%2E", "/./..",
      "http://host/..", "//../../..",
    ]
  )
  func refusesHostileTargets(target: String) {
    guard case .invalid(let reason) = table.resolve(target) else {
      Issue.record("\(target.debugDescription) was let through: \(table.resolve(target))")
      return
    }
    #expect(reason.hasSuffix("."))
  }

  @Test(arguments: [
    ("/_slipway", "", ""), ("/_slipway/", "/", ""), ("/_slipway/x?y", "/x", "y"),
    ("/%5Fslipway/x", "/x", ""), ("/a/../_slipway/x", "/x", ""),
  ])
  func keepsTheServersOwnPathsFromEveryMount(target: String, path: String, query: String) {
    let table = MountTable([Mount(prefix: "/", kind: "swift", target: "app")])
    #expect(table.resolve(target) == .reserved(path: path, query: query))
  }

  @Test func findsNothingWithoutAMountAtTheRoot() {
    let table = MountTable([Mount(prefix: "/api", kind: "swift", target: "api")])
    #expect(table.resolve("/") == .notFound)
    #expect(table.resolve("/apix") == .notFound)
    #expect(table.resolve("/ap") == .notFound)
    #expect(MountTable([]).resolve("/") == .notFound)
  }

  @Test func takesTheFirstOfTwoMountsWithOnePrefix() {
    let first = Mount(prefix: "/a", kind: "files", target: "1")
    let second = Mount(prefix: "/a", kind: "files", target: "2")
    #expect(MountTable([first, second]).resolve("/a/") == .found(first, path: "/", query: ""))
  }

  /// SCRIPT_NAME and PATH_INFO are the path, cut in two: nothing is lost, added or decoded.
  @Test func thePrefixAndThePathAreTheWholePath() throws {
    var generator = SeededGenerator(seed: 3)
    let words = ["api", "v2", "static", "caf%C3%A9", "my%20files", "%61pi", "x", "", "a%2Fb"]
    for _ in 0..<5_000 {
      let segments = (0..<Int.random(in: 1...4, using: &generator))
        .map { _ in words[Int.random(in: words.indices, using: &generator)] }
      let target = "/" + segments.joined(separator: "/")
      guard case .found(let mount, let path, _) = table.resolve(target) else {
        Issue.record("\(target) was not found")
        continue
      }
      #expect(target.hasSuffix(path))
      let taken = target.utf8.dropLast(path.utf8.count)
      let prefix = try #require(PercentEncoding.decode(taken))
      #expect(prefix == Array((mount.prefix == "/" ? "" : mount.prefix).utf8), "\(target)")
      // Written as a URL, the prefix leads to the same place.
      let again = PercentEncoding.encode(path: mount.prefix == "/" ? "" : mount.prefix) + path
      #expect(table.resolve(again) == .found(mount, path: path, query: ""))
    }
  }

  @Test(arguments: [
    ("", ""), ("/", "/"), ("/a-b_c.d~e", "/a-b_c.d~e"), ("/a:b@c;d=e+f,g!h$i&j'(k)*", nil),
    ("/büro", "/b%C3%BCro"), ("/my files", "/my%20files"), ("/100%", "/100%25"),
    ("/a?b#c", "/a%3Fb%23c"), ("/a[1]\"<>\\^`{|}", "/a%5B1%5D%22%3C%3E%5C%5E%60%7B%7C%7D"),
  ])
  func writesAPathAsAURLDoes(text: String, encoded: String?) {
    #expect(PercentEncoding.encode(path: text) == encoded ?? text)
    #expect(PercentEncoding.decode(PercentEncoding.encode(path: text).utf8) == Array(text.utf8))
  }

  @Test func staysInsideTheMountWhateverTheBytes() {
    var generator = SeededGenerator(seed: 2)
    let alphabet = Array("/././%2e%2F%00\\#?*:@apistc \u{0}é\u{301}".utf8)
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...24, using: &generator)
      let bytes = (0..<length)
        .map { _ in
          Bool.random(using: &generator)
            ? alphabet[Int.random(in: alphabet.indices, using: &generator)]
            : UInt8.random(in: .min ... .max, using: &generator)
        }
      let target =
        (Bool.random(using: &generator) ? "/" : "") + String(decoding: bytes, as: UTF8.self)
      guard case .found(_, let path, _) = table.resolve(target) else { continue }
      #expect(path.isEmpty || path.utf8.first == UInt8(ascii: "/"), "\(target.debugDescription)")
      let segments = path.utf8.split(separator: UInt8(ascii: "/"))
        .map { segment in
          PercentEncoding.decode(segment).map { String(decoding: $0, as: UTF8.self) }
        }
      #expect(!segments.contains("..") && !segments.contains("."), "\(target.debugDescription)")
      #expect(!segments.contains(nil), "\(target.debugDescription)")
    }
  }
}
