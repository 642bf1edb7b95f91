/// Text whose invisible characters are made visible, because it comes from elsewhere and is shown
/// on a terminal or in a page.
///
/// Control characters become their pictures (U+2400): an escape sequence in a file name or in the
/// output of a tool does nothing. Characters that turn the direction of writing, break lines
/// or have no width become their numbers, such as `‹U+202E›`: source code must not look other than
/// it is. Line feed and tab stay; a carriage return before a line feed goes.
package enum VisibleText {
  package static func of(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { replacement(for: $0) != nil }) else { return text }
    var visible = ""
    for character in text {
      guard character != "\r\n" else {
        visible += "\n"
        continue
      }
      for scalar in character.unicodeScalars { append(scalar, to: &visible) }
    }
    return visible
  }

  private static func append(_ scalar: Unicode.Scalar, to visible: inout String) {
    if let replacement = replacement(for: scalar) {
      visible += replacement
    } else {
      visible.unicodeScalars.append(scalar)
    }
  }

  private static func replacement(for scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x09, 0x0A: nil
    case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value).map(String.init)
    case 0x7F: "\u{2421}"
    case 0x80...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF,
      0xE0000...0xE007F:
      "‹U+\(padded(scalar.value))›"
    default: nil
    }
  }

  private static func padded(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}
