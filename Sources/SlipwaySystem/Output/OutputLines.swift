/// Cuts the bytes of a stream into lines and what has no end yet.
///
/// A line of more than `limit` bytes is given in pieces, so that memory is bounded and nothing is
/// lost. Bytes that are not UTF-8 become U+FFFD.
package struct OutputLines: Sendable, Equatable {
  package static let limit = 16 * 1024

  /// Without their ends.
  package private(set) var lines: [String] = []

  /// Where the part without an end begins.
  package private(set) var restStart = 0

  package init(_ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count {
      let bound = min(bytes.count, start + Self.limit)
      if let end = bytes[start..<bound].firstIndex(of: UInt8(ascii: "\n")) {
        var line = bytes[start..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        lines.append(String(decoding: line, as: UTF8.self))
        start = end + 1
      } else if bound - start == Self.limit {
        let end = Self.border(in: bytes, before: bound)
        lines.append(String(decoding: bytes[start..<end], as: UTF8.self))
        start = end
      } else {
        break
      }
    }
    restStart = start
  }

  /// Where no character is torn apart, if that is possible.
  private static func border(in bytes: [UInt8], before end: Int) -> Int {
    guard end < bytes.count else { return end }
    for border in stride(from: end, to: end - 4, by: -1) where bytes[border] & 0xc0 != 0x80 {
      return border
    }
    return end
  }
}
