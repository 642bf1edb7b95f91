/// Percent-encoding (RFC 3986, section 2.1), as bytes.
package enum PercentEncoding {
  /// The byte that the escape at `position` stands for; nil if no escape is there.
  static func byte(at position: Int, in bytes: borrowing Span<UInt8>) -> UInt8? {
    guard bytes.count - position >= 3, bytes[position] == UInt8(ascii: "%"),
      let high = hexadecimalValue(bytes[position + 1]),
      let low = hexadecimalValue(bytes[position + 2])
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

  /// Escapes every byte that is not unreserved (RFC 3986, section 2.3).
  package static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var encoded = ""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }

  private static func hexadecimalValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
