/// Cuts a stream of the Debug Adapter Protocol into its messages. See its overview, "Base protocol".
struct DAPScanner: Sendable {
  enum Unit: Sendable, Hashable {
    /// Header and content of one message.
    case message([UInt8])
    /// Part of something that is too long to be looked at, or that is not of this protocol.
    case bytes([UInt8])
  }

  private static let fieldName = "content-length:"
  private static let headerEnd = Array("\r\n\r\n".utf8)
  /// More than any header has.
  private static let headerLimit = 1024

  /// A message whose end has not come.
  private var pending: [UInt8] = []

  /// How many bytes of a long message are still to come.
  private var passing = 0

  /// Nothing that follows can be understood.
  private var isLost = false

  /// Takes more of the stream; returns what is complete now.
  mutating func append(_ bytes: [UInt8]) -> [Unit] {
    pending += bytes
    var units: [Unit] = []
    while let unit = next() { units.append(unit) }
    return units
  }

  private mutating func next() -> Unit? {
    guard !pending.isEmpty else { return nil }
    if isLost { return .bytes(take(pending.count)) }
    if passing > 0 {
      let part = take(min(passing, pending.count))
      passing -= part.count
      return .bytes(part)
    }
    guard let end = pending.prefix(Self.headerLimit).firstRange(of: Self.headerEnd) else {
      isLost = pending.count >= Self.headerLimit
      return isLost ? .bytes(take(pending.count)) : nil
    }
    guard let count = Self.contentLength(pending[..<end.lowerBound]) else {
      isLost = true
      return .bytes(take(pending.count))
    }
    let header = end.upperBound
    if count > DAPMessage.limit {
      passing = count
      return .bytes(take(header))
    }
    return pending.count - header >= count ? .message(take(header + count)) : nil
  }

  private mutating func take(_ count: Int) -> [UInt8] {
    let taken = Array(pending.prefix(count))
    pending.removeFirst(count)
    return taken
  }

  private static func contentLength(_ header: ArraySlice<UInt8>) -> Int? {
    for line in String(decoding: header, as: UTF8.self).split(separator: "\r\n") {
      guard line.lowercased().hasPrefix(fieldName) else { continue }
      let value = line.dropFirst(fieldName.count)
        .trimmingPrefix { $0 == " " }
        .prefix { $0.isASCII && $0.isNumber }
      return Int(value)
    }
    return nil
  }
}
