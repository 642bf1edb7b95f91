import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite("Byte range", .timeLimit(.minutes(5)))
struct ByteRangeTests {
  @Test(
    arguments: [
      (nil, 10, .whole),
      ("bytes=0-", 10, .part(0..<10)), ("bytes=0-0", 10, .part(0..<1)),
      ("bytes=3-5", 10, .part(3..<6)), ("bytes=9-", 10, .part(9..<10)),
      ("bytes=3-99", 10, .part(3..<10)), ("bytes=-3", 10, .part(7..<10)),
      ("bytes=-99", 10, .part(0..<10)), ("BYTES= 1-2 ", 10, .part(1..<3)),
      // Beyond the end
      ("bytes=10-", 10, .unsatisfiable), ("bytes=10-20", 10, .unsatisfiable),
      ("bytes=-0", 10, .unsatisfiable),
      // Numbers that do not fit
      ("bytes=0-99999999999999999999999", 10, .part(0..<10)),
      ("bytes=-9223372036854775808", 10, .part(0..<10)),
      ("bytes=-99999999999999999999999", 10, .part(0..<10)),
      ("bytes=9223372036854775807-9223372036854775807", 10, .unsatisfiable),
      ("bytes=99999999999999999999999-", 10, .unsatisfiable),
      ("bytes=0-9223372036854775807", .max, .part(0 ..< .max)),
      // Not understood, so not there
      ("bytes=5-3", 10, .whole), ("bytes=99999999999999999999-3", 10, .whole),
      ("bytes=--1", 10, .whole), ("bytes=0-1,x", 10, .whole), ("bytes=0-1,5-3", 10, .whole),
      ("bytes=0-1 3-4", 10, .whole), ("bytes=0-1;3-4", 10, .whole), ("bytes=,", 10, .whole),
      ("bytes=+1-2", 10, .whole), ("bytes=1--2", 10, .whole), ("bytes=a-b", 10, .whole),
      ("bytes=-", 10, .whole), ("bytes=", 10, .whole), ("bytes", 10, .whole), ("=0-1", 10, .whole),
      ("lines=0-1", 10, .whole), ("bytes 0-1", 10, .whole), ("bytes=1 -2", 10, .whole),
      ("bytes=0x1-2", 10, .whole), ("bytes=١-٢", 10, .whole), ("", 10, .whole),
      // Empty elements of a list are nothing
      ("bytes=,0-1", 10, .part(0..<2)), ("bytes=0-1 , ,", 10, .part(0..<2)),
      // Several: in the order asked for
      ("bytes=0-1,500-501", 1000, .parts([0..<2, 500..<502])),
      ("bytes=500-501 ,\t0-1", 1000, .parts([500..<502, 0..<2])),
      ("bytes=-1,0-0", 1000, .parts([999..<1000, 0..<1])),
      ("bytes=0-1,500-501,2000-", 1000, .parts([0..<2, 500..<502])),
      ("bytes=0-1,2000-", 1000, .part(0..<2)), ("bytes=1000-,2000-", 1000, .unsatisfiable),
      ("bytes=-0,5000-", 1000, .unsatisfiable),
      // Those that overlap, touch, or are nearer to each other than a part's head is long, are one
      ("bytes=0-1,3-4", 10, .part(0..<5)), ("bytes=3-4,0-1", 10, .part(0..<5)),
      ("bytes=0-99,50-149", 1000, .part(0..<150)), ("bytes=0-,0-,0-", 1000, .part(0..<1000)),
      ("bytes=0-9,89-99", 1000, .part(0..<100)),
      ("bytes=0-9,90-99", 1000, .parts([0..<10, 90..<100])),
      ("bytes=0-9,500-509,9-501", 1000, .part(0..<510)),
      ("bytes=700-709,0-9,300-309,5-305", 1000, .parts([700..<710, 0..<310])),
      ("bytes=0-0,\(Int.max - 2)-", .max, .parts([0..<1, (Int.max - 2) ..< .max])),
      // Of nothing there is no part
      ("bytes=0-", 0, .whole), ("bytes=-1", 0, .whole), ("bytes=5-", 0, .whole),
    ] as [(String?, Int, ByteRange)]
  )
  func isTheRangeAskedFor(field: String?, size: Int, expected: ByteRange) {
    #expect(ByteRange(field, size: size) == expected)
  }

  @Test func isAlwaysInside() {
    var generator = SeededGenerator(seed: 4)
    let alphabet = Array("0123456789999-,= ".utf8)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...30, using: &generator))
        .map { _ in
          alphabet[Int.random(in: alphabet.indices, using: &generator)]
        }
      let size = Bool.random(using: &generator) ? Int.random(in: 0...20, using: &generator) : .max
      let range = ByteRange("bytes=" + String(decoding: bytes, as: UTF8.self), size: size)
      let parts =
        switch range {
        case .whole, .unsatisfiable: [Range<Int>]()
        case .part(let part): [part]
        case .parts(let parts): parts
        }
      for (index, part) in parts.enumerated() {
        #expect(!part.isEmpty && part.lowerBound >= 0 && part.upperBound <= size)
        for other in parts[..<index] { #expect(!part.overlaps(other)) }
      }
    }
  }

  @Test func ignoresAbuse() {
    func field(_ count: Int) -> String {
      "bytes=" + (0..<count).map { "\($0 * 1000)-\($0 * 1000)" }.joined(separator: ",")
    }
    guard case .parts(let parts) = ByteRange(field(64), size: 1_000_000) else {
      Issue.record("64 ranges are not too many")
      return
    }
    #expect(parts.count == 64)
    #expect(ByteRange(field(65), size: 1_000_000) == .whole)
    #expect(ByteRange(field(100_000), size: 1_000_000_000) == .whole)
    // However often the whole is asked for, it is sent once.
    let often = "bytes=" + Array(repeating: "0-", count: 60).joined(separator: ",")
    #expect(ByteRange(often, size: 1_000_000) == .part(0..<1_000_000))
  }
}
