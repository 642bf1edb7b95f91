import SlipwayCore
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

  @Test(arguments: 0..<8 as Range<UInt64>)
  func givesEachMountOnlyPathsBelowIt(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var found = 0
    for _ in 0..<Fuzzing.rounds(4000) {
      var target = Int.random(in: 0..<4, using: &random) > 0 ? "/" : ""
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        target += Self.pieces.randomElement(using: &random) ?? ""
      }
      guard case .found(let mount, let path, let query) = Self.table.resolve(target) else {
        continue
      }
      found += 1
      #expect(path.isEmpty || path.hasPrefix("/"), "\(target.debugDescription)")
      #expect(!query.contains("#"), "\(target.debugDescription)")
      let segments = try decodedSegments(of: path)
      // Only of the path as it is decoded once: a second decoding is nobody's business.
      #expect(
        !segments.contains { $0 == [0x2E] || $0 == [0x2E, 0x2E] },
        "\(target.debugDescription)"
      )
      #expect(!segments.joined().contains(0), "\(target.debugDescription)")

      // What is found is found again under its own name.
      let prefix = mount.prefix == "/" ? "" : mount.prefix
      let name = prefix + path + (query.isEmpty ? "" : "?" + query)
      guard !name.isEmpty else { continue }
      #expect(
        Self.table.resolve(name) == .found(mount, path: path, query: query),
        "\(target.debugDescription)"
      )
      // An empty segment in front makes it another path: `//_slipway`.
      let first = segments.dropFirst().first
      #expect(first != Array("_slipway".utf8) || !prefix.isEmpty, "\(target.debugDescription)")
    }
    #expect(found > 100)
  }

  private func decodedSegments(of path: String) throws -> [[UInt8]] {
    try path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { try #require(PercentEncoding.decode($0)) }
  }
}
