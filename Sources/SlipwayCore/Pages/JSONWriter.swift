package import NIOCore

/// Writes JSON (RFC 8259) piece by piece. Whoever calls it gives keys inside objects, and none
/// inside arrays.
package struct JSONWriter: Sendable {
  package private(set) var bytes = ByteBuffer()

  /// Whether a value stands before this place in the same object or array.
  private var needsComma = false

  package init() {}

  package mutating func object(_ key: StaticString? = nil, _ members: (inout JSONWriter) -> Void) {
    enclose(key, "{", "}", members)
  }

  package mutating func array(_ key: StaticString? = nil, _ elements: (inout JSONWriter) -> Void) {
    enclose(key, "[", "]", elements)
  }

  /// Writes nothing if there is no text.
  package mutating func text(_ key: StaticString?, _ text: String?) {
    guard let text else { return }
    begin(key)
    quote(text)
  }

  /// Writes nothing if there is no number.
  package mutating func number(_ key: StaticString?, _ number: Int?) {
    guard let number else { return }
    begin(key)
    bytes.writeString(String(number))
  }

  private mutating func enclose(
    _ key: StaticString?,
    _ opening: StaticString,
    _ closing: StaticString,
    _ content: (inout JSONWriter) -> Void
  ) {
    begin(key)
    bytes.writeStaticString(opening)
    needsComma = false
    content(&self)
    bytes.writeStaticString(closing)
    needsComma = true
  }

  private mutating func begin(_ key: StaticString?) {
    if needsComma { bytes.writeStaticString(",") }
    needsComma = true
    guard let key else { return }
    quote(key.description)
    bytes.writeStaticString(":")
  }

  private mutating func quote(_ text: String) {
    bytes.writeStaticString("\"")
    var start = text.startIndex
    for index in text.utf8.indices {
      let byte = text.utf8[index]
      let escape: String
      switch byte {
      case UInt8(ascii: "\""): escape = "\\\""
      case UInt8(ascii: "\\"): escape = "\\\\"
      case UInt8(ascii: "\n"): escape = "\\n"
      case UInt8(ascii: "\t"): escape = "\\t"
      case 0x00..<0x10: escape = "\\u000" + String(byte, radix: 16)
      case 0x10..<0x20, 0x7F: escape = "\\u00" + String(byte, radix: 16)
      default: continue
      }
      bytes.writeSubstring(text[start..<index])
      bytes.writeString(escape)
      start = text.utf8.index(after: index)
    }
    bytes.writeSubstring(text[start...])
    bytes.writeStaticString("\"")
  }
}
