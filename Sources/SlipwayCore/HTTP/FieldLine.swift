/// One line of a header or trailer section (RFC 9112, section 5), as ranges of the bytes it is in.
package struct FieldLine: Sendable {
  package var name: Range<Int>

  /// Without the white space around it.
  package var value: Range<Int>
}

extension FieldLine {
  /// Reads the line in `range`, which ends before its CR LF. Nil if the line is not one: no colon,
  /// white space before the colon, a folded line, a control character.
  init?(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
    var position = range.lowerBound
    while position < range.upperBound, Syntax.isToken(bytes[position]) { position += 1 }
    guard position > range.lowerBound, position < range.upperBound,
      bytes[position] == Syntax.colon
    else { return nil }
    name = range.lowerBound..<position

    var start = position + 1
    var end = range.upperBound
    while start < end, Syntax.isBlank(bytes[start]) { start += 1 }
    while end > start, Syntax.isBlank(bytes[end - 1]) { end -= 1 }
    value = start..<end
    for index in value where !Syntax.isText(bytes[index]) { return nil }
  }

  /// Whether the name is what it has to be. A line that was read has been looked at; one that an
  /// application gave has not.
  func hasTokenForName(in bytes: UnsafeRawBufferPointer) -> Bool {
    !name.isEmpty && bytes[name].allSatisfy { Syntax.isToken($0) }
  }

  /// Likewise for the value.
  func hasTextForValue(in bytes: UnsafeRawBufferPointer) -> Bool {
    bytes[value].allSatisfy { Syntax.isText($0) }
  }

  /// Whether the name is `lowercased`, in whatever case it was sent.
  @inline(__always)
  func isNamed(_ lowercased: StaticString, in bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.equals(lowercased, ignoringCaseIn: name)
  }

  /// Whether the name is `text` apart from case.
  func isNamed(_ text: String, in bytes: UnsafeRawBufferPointer) -> Bool {
    let text = text.utf8Span.span
    guard text.count == name.count else { return false }
    for offset in text.indices
    where bytes[name.lowerBound + offset].lowercased != text[offset].lowercased {
      return false
    }
    return true
  }
}

extension UInt8 {
  /// A capital ASCII letter as a small one, every other byte as it is.
  var lowercased: UInt8 {
    self >= 0x41 && self <= 0x5A ? self | 0x20 : self
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the bytes in `range` are the ASCII text `lowercased`, apart from case.
  @inline(__always)
  func equals(_ lowercased: StaticString, ignoringCaseIn range: Range<Int>) -> Bool {
    guard range.count == lowercased.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count {
      guard self[range.lowerBound + offset].lowercased == lowercased.utf8Start[offset] else {
        return false
      }
    }
    return true
  }

  /// Whether the bytes from `start` on begin with the ASCII text `lowercased`, apart from case.
  func begins(with lowercased: StaticString, at start: Int = 0) -> Bool {
    let end = start + lowercased.utf8CodeUnitCount
    return end <= count && equals(lowercased, ignoringCaseIn: start..<end)
  }

  func text(in range: Range<Int>) -> String {
    String(decoding: self[range], as: UTF8.self)
  }
}
