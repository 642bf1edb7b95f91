/// Cuts a stream of bytes into lines.
///
/// Memory is bounded: of a line longer than `limit` bytes only the beginning is kept. Bytes that
/// are not UTF-8 become U+FFFD.
package struct LineSplitter: Sendable {
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private let limit: Int
  private var pending: [UInt8] = []

  package init(limit: Int = 16_384) {
    self.limit = max(1, limit)
  }

  /// What has come since the last line feed.
  package var unfinished: String {
    String(decoding: pending, as: UTF8.self)
  }

  /// Takes more of the stream; returns the lines that are complete now, without their ends.
  package mutating func append(_ bytes: some Collection<UInt8>) -> [String] {
    var lines: [String] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: Self.lineFeed) {
      keep(rest[..<end])
      lines.append(take())
      rest = rest[rest.index(after: end)...]
    }
    keep(rest)
    return lines
  }

  /// The last line, if the stream did not end with a line feed.
  package mutating func finish() -> String? {
    pending.isEmpty ? nil : take()
  }

  private mutating func keep(_ bytes: some Collection<UInt8>) {
    pending.append(contentsOf: bytes.prefix(limit - pending.count))
  }

  private mutating func take() -> String {
    if pending.last == Self.carriageReturn { pending.removeLast() }
    defer { pending.removeAll(keepingCapacity: true) }
    return unfinished
  }
}
