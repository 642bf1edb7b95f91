/// What may follow the size of a chunk (RFC 9112, section 7.1.1). Nobody here has a use for it, but
/// a line that is not one of the grammar's is a line that somebody else may end elsewhere.
enum ChunkExtensions {
  /// Whether the bytes from `position` to the end are
  /// `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`.
  static func areWellFormed(_ bytes: UnsafeRawBufferPointer, from position: Int) -> Bool {
    var position = position
    while position < bytes.count {
      skipBlanks(bytes, &position)
      guard skip(Syntax.semicolon, bytes, &position) else { return false }
      skipBlanks(bytes, &position)
      guard skipToken(bytes, &position) else { return false }
      let end = position
      skipBlanks(bytes, &position)
      guard skip(Syntax.equals, bytes, &position) else {
        // White space belongs to the next extension, or to none.
        position = end
        continue
      }
      skipBlanks(bytes, &position)
      guard skipToken(bytes, &position) || skipQuotedString(bytes, &position) else { return false }
    }
    return true
  }

  private static func skip(
    _ byte: UInt8,
    _ bytes: UnsafeRawBufferPointer,
    _ position: inout Int
  ) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private static func skipBlanks(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) {
    while position < bytes.count, Syntax.isBlank(bytes[position]) { position += 1 }
  }

  private static func skipToken(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Bool {
    let start = position
    while position < bytes.count, Syntax.isToken(bytes[position]) { position += 1 }
    return position > start
  }

  /// RFC 9110, section 5.6.4.
  private static func skipQuotedString(
    _ bytes: UnsafeRawBufferPointer,
    _ position: inout Int
  ) -> Bool {
    guard skip(Syntax.quote, bytes, &position) else { return false }
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == Syntax.quote { return true }
      guard Syntax.isText(byte) else { return false }
      if byte == Syntax.backslash {
        guard position < bytes.count, Syntax.isText(bytes[position]) else { return false }
        position += 1
      }
    }
    return false
  }
}
