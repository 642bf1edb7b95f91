import NIOCore

/// Text on its way into HTML, as content or in a quoted attribute.
package enum HTMLText {
  package static func escape(_ text: String) -> String {
    var buffer = ByteBuffer()
    write(text, to: &buffer)
    return String(buffer: buffer)
  }

  static func write(_ text: String, to buffer: inout ByteBuffer) {
    let text = VisibleText.of(text)
    var start = text.startIndex
    for index in text.utf8.indices {
      guard let entity = entity(for: text.utf8[index]) else { continue }
      buffer.writeSubstring(text[start..<index])
      buffer.writeStaticString(entity)
      start = text.utf8.index(after: index)
    }
    buffer.writeSubstring(text[start...])
  }

  /// How many pieces of code are marked up in one text: the rest keeps its backticks.
  static let codeLimit = 20

  /// What stands between two backticks on one line becomes `<code>`; everything else is escaped as by
  /// `write`.
  static func writeProse(_ text: String, to buffer: inout ByteBuffer) {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
    write(String(pieces[0]), to: &buffer)
    var (index, count) = (1, 0)
    while index < pieces.count {
      let piece = pieces[index]
      guard index + 1 < pieces.count else { return write("`" + piece, to: &buffer) }
      if count < codeLimit, !piece.isEmpty, !piece.contains("\n") {
        buffer.writeStaticString("<code>")
        write(String(piece), to: &buffer)
        buffer.writeStaticString("</code>")
        count += 1
      } else {
        write("`\(piece)`", to: &buffer)
      }
      write(String(pieces[index + 1]), to: &buffer)
      index += 2
    }
  }

  /// The longest beginning of `text`, made visible, that takes at most `limit` bytes when escaped.
  /// Where something is left out, it ends with `…`, which is beyond the limit.
  static func clip(_ text: String, to limit: Int) -> (text: String, size: Int) {
    let text = VisibleText.of(text)
    var size = 0
    for index in text.unicodeScalars.indices {
      let scalar = text.unicodeScalars[index]
      let width =
        UInt8(exactly: scalar.value).flatMap { entity(for: $0)?.utf8CodeUnitCount }
        ?? scalar.utf8.count
      guard size + width <= limit else { return (text[..<index] + "…", size) }
      size += width
    }
    return (text, size)
  }

  private static func entity(for byte: UInt8) -> StaticString? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }
}
