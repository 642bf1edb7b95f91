/// The name of a tag or an attribute while it is read, in lower case. Longer ones than any that
/// matters are cut off, and equal none of those.
struct Name: Equatable, ExpressibleByStringLiteral {
  /// One more than the longest that matters, `content`, `doctype`, `http-equiv`, `/noscript` …
  private static let limit = 12

  /// The bytes, the last one lowest: no allocation for each of the names in a page.
  private var bits: UInt128 = 0
  private var count = 0

  init() {}

  init(stringLiteral text: String) {
    for byte in text.utf8.prefix(Self.limit) { append(byte) }
  }

  mutating func append(_ byte: UInt8) {
    guard count < Self.limit else { return }
    // Bytes beyond ASCII are no part of any name that matters.
    bits = bits << 8 | UInt128(byte < 0x80 ? byte.htmlLowercased : 0x1A)
    count += 1
  }

  var text: String {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt128(count - 1 - $0))) }
    return String(decoding: bytes, as: UTF8.self)
  }

  var isTooLong: Bool { count == Self.limit }

  var isEmpty: Bool { count == 0 }

  var startsWithSlash: Bool {
    count > 0 && UInt8(truncatingIfNeeded: bits >> (8 * UInt128(count - 1))) == UInt8(ascii: "/")
  }

  func isPrefix(of whole: Name) -> Bool {
    count <= whole.count && whole.bits >> (8 * UInt128(whole.count - count)) == bits
  }

  /// Whether this is a slash and then `element`.
  func isEnd(of element: Name) -> Bool {
    guard startsWithSlash, count == element.count + 1 else { return false }
    return bits & ((1 << (8 * UInt128(element.count))) - 1) == element.bits
  }
}

enum Byte {
  static let lessThan = UInt8(ascii: "<")
  static let greaterThan = UInt8(ascii: ">")
}

extension UInt8 {
  /// White space by the HTML standard: a form feed is, a vertical tab is not.
  var isHTMLSpace: Bool {
    self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D || self == 0x0C
  }

  var endsName: Bool { isHTMLSpace || self == UInt8(ascii: "/") || self == Byte.greaterThan }

  var isASCIILetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(htmlLowercased)
  }

  var htmlLowercased: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }
}
