import SlipwayCore
import SlipwayTestSupport
import Testing

/// Request targets, made of what is dangerous in them.
@Suite(.timeLimit(.minutes(5)))
struct TargetFuzzTests {
  private static let pieces = [
    "/", "//", ".", "..", "/..", "/../", "/./", "%2e", "%2E", "%2f", "%2F", "%5c", "\\", "%00", "%",
    "%4", "%zz", "%25", "%252e", "a", "api", "static", "_slipway", "%5fslipway", "%61pi", "é",
    "%c3%a9",
    "%ff", "?", "#", ";", ":", "@", "*", "http://", "HTTPS://", "b", "b:80", "[::1]", " ", "\u{7f}",
    "\t",
    "+", "=", "&", "~", "\u{10ffff}",
  ]

  private static let table = MountTable([
    Mount(prefix: "/", kind: "test", target: "root"),
    Mount(prefix: "/api", kind: "test", target: "api"),
    Mount(prefix: "/api/v2", kind: "test", target: "v2"),
    Mount(prefix: "/static/é", kind: "test", target: "accent"),
  ])

  @Test(arguments: 0..<4 as Range<UInt64>)
  func givesEachMountOnlyPathsBelowIt(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var found = 0
    for _ in 0..<Fuzzing.rounds(2000) {
      var target = Int.random(in: 0..<4, using: &random) > 0 ? "/" : ""
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        target += Self.pieces.randomElement(using: &random) ?? ""
      }
      guard case .found(let mount, let path, let query) = Self.table.resolve(target) else {
        continue
      }
      found += 1
      if let mistake = mistake(in: mount, path, query) {
        Issue.record("\(target.debugDescription): \(mistake)")
      }
    }
    #expect(found > 100)
  }

  private func mistake(in mount: Mount, _ path: String, _ query: String) -> String? {
    guard path.isEmpty || path.hasPrefix("/") else { return "the path does not begin with a slash" }
    guard !query.utf8.contains(UInt8(ascii: "#")) else { return "the query has a fragment" }
    var segments: [[UInt8]] = []
    for segment in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      // Once: a second decoding is nobody's business.
      guard let decoded = PercentEncoding.decode(segment) else { return "the path does not decode" }
      segments.append(decoded)
    }
    guard !segments.contains([0x2E]), !segments.contains([0x2E, 0x2E]) else {
      return "dot segments"
    }
    guard !segments.joined().contains(0) else { return "a NUL" }
    let prefix = mount.prefix == "/" ? "" : mount.prefix
    // An empty segment in front makes it another path: `//_slipway`.
    guard !prefix.isEmpty || segments.dropFirst().first != Array("_slipway".utf8) else {
      return "one of the server's own"
    }
    // What is found is found again under its own name.
    let name = prefix + path + (query.isEmpty ? "" : "?" + query)
    guard name.isEmpty || Self.table.resolve(name) == .found(mount, path: path, query: query) else {
      return "\(name) is found elsewhere"
    }
    return nil
  }
}
