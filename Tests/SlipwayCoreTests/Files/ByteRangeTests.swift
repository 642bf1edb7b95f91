import SlipwayCore
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
      ("bytes=0-1,3-4", 10, .whole), ("bytes=,0-1", 10, .whole), ("bytes=--1", 10, .whole),
      ("bytes=+1-2", 10, .whole), ("bytes=1--2", 10, .whole), ("bytes=a-b", 10, .whole),
      ("bytes=-", 10, .whole), ("bytes=", 10, .whole), ("bytes", 10, .whole), ("=0-1", 10, .whole),
      ("lines=0-1", 10, .whole), ("bytes 0-1", 10, .whole), ("bytes=1 -2", 10, .whole),
      ("bytes=0x1-2", 10, .whole), ("bytes=١-٢", 10, .whole), ("", 10, .whole),
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
      guard case .part(let part) = range else { continue }
      #expect(!part.isEmpty && part.lowerBound >= 0 && part.upperBound <= size)
    }
  }
}
