/// Percent-encoding (RFC 3986, section 2.1), as bytes.
package enum PercentEncoding {
  /// The byte that the escape at `position` stands for; nil if no escape is there.
  static func byte(at position: Int, in bytes: borrowing Span<UInt8>) -> UInt8? {
    guard bytes.count - position >= 3, bytes[position] == UInt8(ascii: "%"),
      let high = Syntax.hexadecimalValue(bytes[position + 1]),
      let low = Syntax.hexadecimalValue(bytes[position + 2])
    else { return nil }
    return high << 4 | low
  }

  /// Decodes each escape once; nil if one is malformed. What comes out need not be UTF-8.
  package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    let bytes = Array(text)
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "%") else {
        decoded.append(bytes[position])
        position += 1
        continue
      }
      guard let byte = byte(at: position, in: bytes.span) else { return nil }
      decoded.append(byte)
      position += 3
    }
    return decoded
  }

  /// The text as a path of a URL: what is no character of one (RFC 3986, section 3.3) is escaped,
  /// and so are percent signs. A slash stays one.
  package static func encode(path text: String) -> String {
    text.utf8.allSatisfy(isInPath) ? text : escape(text.utf8, unless: isInPath)
  }

  /// The bytes as one segment of a path: all that are not unreserved (RFC 3986, section 2.3) are
  /// escaped.
  static func encode(segment: some Sequence<UInt8>) -> String {
    escape(segment, unless: isUnreserved)
  }

  private static func escape(
    _ bytes: some Sequence<UInt8>,
    unless isPlain: (UInt8) -> Bool
  ) -> String {
    var escaped: [UInt8] = []
    for byte in bytes {
      if isPlain(byte) {
        escaped.append(byte)
      } else {
        escaped.append(UInt8(ascii: "%"))
        escaped.append(hexadecimalDigits[Int(byte >> 4)])
        escaped.append(hexadecimalDigits[Int(byte & 15)])
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static let hexadecimalDigits = Array("0123456789ABCDEF".utf8)

  private static func isInPath(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x7E: !"\"#%<>?[\\]^`{|}".utf8.contains(byte)
    default: false
    }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~".utf8.contains(byte)
    }
  }
}
