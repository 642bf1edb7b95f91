/// One element of an Accept field (RFC 9110, section 12.5.1). Parameters other than the weight are
/// read over.
struct MediaRange {
  /// In lower case; `*` for any.
  let type: Substring
  let subtype: Substring

  /// The weight in thousandths.
  let quality: Int

  /// The well-formed elements of a field; the others are left out.
  static func list(_ field: String) -> [MediaRange] {
    split(field.lowercased()[...], at: UInt8(ascii: ",")).compactMap(MediaRange.init)
  }

  private init?(_ element: Substring) {
    let parts = Self.split(element, at: UInt8(ascii: ";"))
    guard let names = parts.first, let slash = names.utf8.firstIndex(of: UInt8(ascii: "/")) else {
      return nil
    }
    type = names[..<slash]
    subtype = names[names.utf8.index(after: slash)...]
    guard !type.isEmpty, !subtype.isEmpty, type != "*" || subtype == "*" else { return nil }
    var quality = 1000
    for parameter in parts.dropFirst() where parameter.hasPrefix("q=") {
      guard let weight = Self.weight(parameter.dropFirst(2)) else { return nil }
      quality = weight
      break
    }
    self.quality = quality
  }

  /// 3 for the type itself, 2 for any subtype, 1 for anything; nil if it does not match.
  func exactness(for media: (type: Substring, subtype: Substring)) -> Int? {
    if type == media.type { return subtype == media.subtype ? 3 : subtype == "*" ? 2 : nil }
    return type == "*" ? 1 : nil
  }

  /// `0` to `1` with up to three decimals (RFC 9110, section 12.4.2).
  static func weight(_ text: Substring) -> Int? {
    let digits = Array(text.utf8)
    guard let first = digits.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"),
      digits.count <= 5, digits.count == 1 || digits[1] == UInt8(ascii: ".")
    else { return nil }
    var weight = first == UInt8(ascii: "1") ? 1000 : 0
    var place = 100
    for digit in digits.dropFirst(2) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      weight += Int(digit - UInt8(ascii: "0")) * place
      place /= 10
    }
    return weight <= 1000 ? weight : nil
  }

  /// Splits outside quoted strings, and trims the parts.
  private static func split(_ text: Substring, at separator: UInt8) -> [Substring] {
    let bytes = text.utf8
    var parts: [Substring] = []
    var start = bytes.startIndex
    var isQuoted = false
    var isEscaped = false
    for index in bytes.indices {
      switch bytes[index] {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\") where isQuoted: isEscaped = true
      case UInt8(ascii: "\""): isQuoted.toggle()
      case separator where !isQuoted:
        parts.append(Syntax.trimmed(text[start..<index]))
        start = bytes.index(after: index)
      default: break
      }
    }
    parts.append(Syntax.trimmed(text[start...]))
    return parts
  }
}
