/// The name of a tag or an attribute while it is read, in lower case. Longer ones than any that
/// matters are cut off, and equal none of those.
struct Name: Equatable, ExpressibleByStringLiteral {
  /// One more than the longest that matters, `content`, `doctype`, `http-equiv`, `/noscript` …
  private static let limit = 12

  private(set) var text = ""

  init() {}

  init(stringLiteral text: String) { self.text = text }

  mutating func append(_ byte: UInt8) {
    guard text.utf8.count < Self.limit else { return }
    // Bytes beyond ASCII are no part of any name that matters.
    text.unicodeScalars.append(Unicode.Scalar(byte < 0x80 ? byte.htmlLowercased : 0x1A))
  }

  var isTooLong: Bool { text.utf8.count == Self.limit }

  var isEmpty: Bool { text.isEmpty }

  var startsWithSlash: Bool { text.utf8.first == UInt8(ascii: "/") }

  func isPrefix(of whole: String) -> Bool { whole.hasPrefix(text) }

  /// Whether this is a slash and then `element`.
  func isEnd(of element: Name) -> Bool { startsWithSlash && text.dropFirst() == element.text }
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
