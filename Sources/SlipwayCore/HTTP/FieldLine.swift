/// One line of a header or trailer section (RFC 9112, section 5), as ranges of the bytes it is in.
struct FieldLine {
  var name: Range<Int>

  /// Without the white space around it.
  var value: Range<Int>

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

  /// Whether the name is `lowercased`, in whatever case it was sent.
  @inline(__always)
  func isNamed(_ lowercased: StaticString, in bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.equals(lowercased, ignoringCaseIn: name)
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the bytes in `range` are the ASCII text `lowercased`, apart from case.
  @inline(__always)
  func equals(_ lowercased: StaticString, ignoringCaseIn range: Range<Int>) -> Bool {
    guard range.count == lowercased.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count {
      let byte = self[range.lowerBound + offset]
      let folded = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      guard folded == lowercased.utf8Start[offset] else { return false }
    }
    return true
  }

  func text(in range: Range<Int>) -> String {
    String(decoding: self[range], as: UTF8.self)
  }
}
