/// Character classes of HTTP (RFC 9110, section 5.6; RFC 9112).
enum Syntax {
  static let carriageReturn = UInt8(ascii: "\r")
  static let lineFeed = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")
  static let colon = UInt8(ascii: ":")
  static let comma = UInt8(ascii: ",")
  static let semicolon = UInt8(ascii: ";")
  static let equals = UInt8(ascii: "=")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")

  /// `tchar`: what methods and field names consist of.
  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0..<64: lowTokens & (1 << UInt64(byte)) != 0
    case 64..<128: highTokens & (1 << UInt64(byte - 64)) != 0
    default: false
    }
  }

  /// What a field value or a chunk extension may contain: everything but control characters.
  @inline(__always)
  static func isText(_ byte: UInt8) -> Bool {
    (byte >= 0x20 && byte != 0x7F) || byte == tab
  }

  /// White space within a line: SP and HTAB.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == tab
  }

  /// What a request target may contain. Bytes above ASCII should be percent-encoded, but curl sends
  /// what was typed; whether they are UTF-8 is checked where they become text.
  @inline(__always)
  static func isTarget(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F
  }

  /// What the Host field may contain (RFC 3986, section 3.2.2, and a port).
  static func isHost(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default:
      hostPunctuation.contains(byte)
    }
  }

  /// Without the white space at both ends.
  static func trimmed(_ text: Substring) -> Substring {
    var bytes = text.utf8.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return Substring(bytes)
  }

  /// What a hexadecimal digit stands for; nil if it is none.
  static func hexadecimalValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isToken($0) }
  }

  private static let hostPunctuation = Array("-._~!$&'()*+,;=%:[]".utf8)

  /// One bit for each of the characters 0 to 63: `!#$%&'*+-.` and digits.
  private static let lowTokens: UInt64 =
    1 << 33 | 1 << 35 | 1 << 36 | 1 << 37 | 1 << 38 | 1 << 39 | 1 << 42 | 1 << 43 | 1 << 45
    | 1 << 46 | 0x3FF << 48

  /// One bit for each of the characters 64 to 127: letters and `^_`, the backtick, `|` and `~`.
  private static let highTokens: UInt64 =
    0x3FF_FFFF << 1 | 1 << 30 | 1 << 31 | 1 << 32 | 0x3FF_FFFF << 33 | 1 << 60 | 1 << 62
}
