import NIOCore

/// An HTML file with places to fill, which a browser shows as it is.
///
/// - `{{name}}` is replaced by a text, escaped.
/// - `<!--{{#name}}-->…<!--{{/name}}-->` is repeated for each element of a list; inside it the
///   names are those of the element. Blocks nest.
/// - `<link rel="stylesheet" href="…">` is replaced by the style itself.
///
/// A name without a value is an empty text or list.
struct PageTemplate: Sendable {
  typealias Values = [String: Value]

  enum Value: Sendable {
    case text(String)
    case list([Values])
  }

  private indirect enum Part {
    case literal(String)
    case text(String)
    case block(String, [Part])
  }

  private let parts: [Part]

  init(html: [UInt8], stylesheet: (name: String, content: [UInt8])) {
    let style = String(decoding: stylesheet.content, as: UTF8.self)
    let html = String(decoding: html, as: UTF8.self)
      .replacing(
        "<link rel=\"stylesheet\" href=\"\(stylesheet.name)\">",
        with: "<style>\n\(style)</style>"
      )
    var rest = html[...]
    parts = Self.parse(&rest, until: nil)
  }

  func render(_ values: Values) -> ByteBuffer {
    var buffer = ByteBuffer()
    Self.write(parts, values, to: &buffer)
    return buffer
  }

  private static func write(_ parts: [Part], _ values: Values, to buffer: inout ByteBuffer) {
    for part in parts {
      switch part {
      case .literal(let text):
        buffer.writeString(text)
      case .text(let name):
        if case .text(let text) = values[name] { HTMLText.write(text, to: &buffer) }
      case .block(let name, let inner):
        guard case .list(let elements) = values[name] else { continue }
        for element in elements { write(inner, element, to: &buffer) }
      }
    }
  }

  /// Takes parts from the beginning of `rest`, up to and including the end of the block `name`.
  private static func parse(_ rest: inout Substring, until name: String?) -> [Part] {
    var parts: [Part] = []
    while let opening = rest.firstRange(of: "{{"), let closing = rest.firstRange(of: "}}") {
      var literal = rest[..<opening.lowerBound]
      let marker = rest[opening.upperBound..<closing.lowerBound]
      rest = rest[closing.upperBound...]
      guard marker.first == "#" || marker.first == "/" else {
        parts += [.literal(String(literal)), .text(String(marker))]
        continue
      }
      literal = literal.hasSuffix("<!--") ? literal.dropLast(4) : literal
      rest = rest.hasPrefix("-->") ? rest.dropFirst(3) : rest
      parts.append(.literal(String(literal)))
      let block = String(marker.dropFirst())
      if marker.first == "#" {
        parts.append(.block(block, parse(&rest, until: block)))
      } else if block == name {
        return parts
      }
    }
    parts.append(.literal(String(rest)))
    rest = ""
    return parts
  }
}
