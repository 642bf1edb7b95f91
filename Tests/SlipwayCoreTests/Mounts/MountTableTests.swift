import SlipwayCore
import Testing

@Suite("Mount table", .timeLimit(.minutes(5)))
struct MountTableTests {
  let table = MountTable([
    Mount(prefix: "/", kind: "swift", target: "app"),
    Mount(prefix: "/api", kind: "swift", target: "api"),
    Mount(prefix: "/api/v2", kind: "swift", target: "api2"),
    Mount(prefix: "/static", kind: "files", target: "public"),
    Mount(prefix: "/café", kind: "files", target: "menu"),
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
    "/_slipway", "/_slipway/", "/_slipway/x?y", "/%5Fslipway/x", "/a/../_slipway/x",
  ])
  func keepsTheServersOwnPathsFromEveryMount(target: String) {
    let table = MountTable([Mount(prefix: "/", kind: "swift", target: "app")])
    #expect(table.resolve(target) == .notFound)
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
