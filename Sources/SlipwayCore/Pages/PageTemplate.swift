import NIOCore

/// An HTML file with places to fill, which a browser shows as it is.
///
/// - `{{name}}` is replaced by a text, escaped.
/// - `<!--{{#name}}-->…<!--{{/name}}-->` is repeated for each element of a list; inside it the
///   names are those of the element. Blocks nest.
/// - `<!--{{>name}}-->` stands for the block of that name that is written out further up.
/// - The link to the style sheet is replaced by the style itself, and `<!--brand-->` by the mark and the
///   name that all pages begin with.
///
/// A name without a value is an empty text or list.
struct PageTemplate: Sendable {
  typealias Values = [String: Value]

  enum Value: Sendable {
    case text(String)

    /// Sentences in which what stands between backticks is code.
    case prose(String)
    case list([Values])
  }

  private indirect enum Part {
    case literal(String)
    case text(String)
    case block(String, [Part])
  }

  private static let brand = String(decoding: PackageResources.brand_html, as: UTF8.self)

  private let parts: [Part]

  init(html: [UInt8]) {
    let html = String(decoding: html, as: UTF8.self)
      .replacing("<link rel=\"stylesheet\" href=\"error.css\">", with: PageStyle.element)
      .replacing("<!--brand-->\n", with: Self.brand)
    var rest = html[...]
    var blocks: [String: [Part]] = [:]
    parts = Self.parse(&rest, until: nil, &blocks)
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
        switch values[name] {
        case .text(let text): HTMLText.write(text, to: &buffer)
        case .prose(let text): HTMLText.writeProse(text, to: &buffer)
        case .list, nil: break
        }
      case .block(let name, let inner):
        guard case .list(let elements) = values[name] else { continue }
        for element in elements { write(inner, element, to: &buffer) }
      }
    }
  }

  /// Takes parts from the beginning of `rest`, up to and including the end of the block `name`.
  /// - Parameter blocks: Those that have been written out so far.
  private static func parse(
    _ rest: inout Substring,
    until name: String?,
    _ blocks: inout [String: [Part]]
  ) -> [Part] {
    var parts: [Part] = []
    while let opening = rest.firstRange(of: "{{"), let closing = rest.firstRange(of: "}}") {
      var literal = rest[..<opening.lowerBound]
      let marker = rest[opening.upperBound..<closing.lowerBound]
      rest = rest[closing.upperBound...]
      guard let kind = marker.first, "#/>".contains(kind) else {
        parts += [.literal(String(literal)), .text(String(marker))]
        continue
      }
      literal = literal.hasSuffix("<!--") ? literal.dropLast(4) : literal
      rest = rest.hasPrefix("-->") ? rest.dropFirst(3) : rest
      parts.append(.literal(String(literal)))
      let block = String(marker.dropFirst())
      switch kind {
      case "#":
        let inner = parse(&rest, until: block, &blocks)
        if blocks[block] == nil { blocks[block] = inner }
        parts.append(.block(block, inner))
      case ">": parts.append(.block(block, blocks[block] ?? []))
      case _ where block == name: return parts
      default: break
      }
    }
    parts.append(.literal(String(rest)))
    rest = ""
    return parts
  }
}
