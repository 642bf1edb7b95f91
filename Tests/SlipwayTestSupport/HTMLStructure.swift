/// What a page consists of, read by rules stricter than those of browsers: what is not plainly
/// well-formed is a complaint. So text that has become markup changes the structure or complains.
package struct HTMLStructure: Equatable {
  package struct Element: Equatable {
    package var name: String
    package var attributes: [String: String]
    package var depth: Int
  }

  /// In the order of their start tags.
  package private(set) var elements: [Element] = []

  /// Decoded; of each element with text directly inside it, beside the index of that.
  package private(set) var texts: [(element: Int, text: String)] = []

  package private(set) var complaints: [String] = []

  /// Names and attributes only: what hostile text must not change.
  package var outline: [String] {
    elements.map { element in
      let names = element.attributes.keys.sorted().joined(separator: " ")
      return "\(element.depth) \(element.name) \(names)"
    }
  }

  package init(_ html: String) {
    var reader = Reader(html)
    reader.read()
    (elements, texts, complaints) = (reader.elements, reader.texts, reader.complaints)
  }

  package static func == (one: Self, other: Self) -> Bool {
    one.elements == other.elements && one.complaints == other.complaints
      && one.texts.map(\.text) == other.texts.map(\.text)
  }

  /// The text inside all elements of a name, in order.
  package func text(of name: String) -> [String] {
    elements.indices.filter { elements[$0].name == name }
      .map { index in
        var last = index
        while last + 1 < elements.count, elements[last + 1].depth > elements[index].depth {
          last += 1
        }
        return texts.filter { (index...last).contains($0.element) }.map(\.text).joined()
      }
  }

  package func values(of attribute: String) -> [String] {
    elements.compactMap { $0.attributes[attribute] }
  }
}

/// Reads bytes, for all that means something is ASCII.
private struct Reader {
  private static let void: Set = [
    "area", "br", "col", "hr", "img", "input", "link", "meta", "path",
  ]
  private static let entities = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]
  /// What a browser ends a paragraph for.
  private static let blocks: Set = [
    "article", "aside", "details", "div", "dl", "footer", "form", "h1", "h2", "h3", "header",
    "main",
    "ol", "p", "pre", "section", "table", "ul",
  ]

  var elements: [HTMLStructure.Element] = []
  var texts: [(element: Int, text: String)] = []
  var complaints: [String] = []

  private let bytes: [UInt8]
  private var position = 0
  /// The indices of those that are open.
  private var open: [Int] = []

  init(_ html: String) {
    bytes = Array(html.utf8)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func read() {
    if !take("<!doctype html>") { complain("no doctype") }
    while let next {
      if next != UInt8(ascii: "<") {
        let text = decoded(until: UInt8(ascii: "<"))
        texts.append((open.last ?? 0, text))
      } else if take("</") {
        endTag()
      } else if take("<!") {
        complain("a comment or declaration")
      } else {
        position += 1
        startTag()
      }
    }
    for index in open { complain("<\(elements[index].name)> is not closed") }
  }

  private mutating func startTag() {
    let name = word()
    guard !name.isEmpty else { return complain("a stray <") }
    var attributes: [String: String] = [:]
    while true {
      while next == UInt8(ascii: " ") || next == UInt8(ascii: "\n") { position += 1 }
      if take(">") || take("/>") { break }
      let attribute = word()
      guard !attribute.isEmpty else { return complain("something odd inside <\(name)>") }
      guard attributes[attribute] == nil else { return complain("\(attribute) twice in <\(name)>") }
      attributes[attribute] = ""
      if take("=") {
        guard take("\"") else { return complain("\(attribute) of <\(name)> is not quoted") }
        attributes[attribute] = decoded(until: UInt8(ascii: "\""))
        guard take("\"") else { return complain("\(attribute) of <\(name)> is cut") }
      }
    }
    if attributes.keys.contains(where: { $0.hasPrefix("on") }) {
      complain("an event handler in <\(name)>")
    }
    if Self.blocks.contains(name), let parent = open.last, elements[parent].name == "p" {
      complain("<\(name)> inside <p>")
    }
    elements.append(.init(name: name, attributes: attributes, depth: open.count))
    if Self.void.contains(name) { return }
    open.append(elements.count - 1)
    if name == "style" || name == "script" { readRaw(until: Array("</\(name)".utf8)) }
  }

  private mutating func endTag() {
    let name = word()
    guard take(">") else { return complain("a malformed end of <\(name)>") }
    guard let last = open.popLast(), elements[last].name == name else {
      return complain("</\(name)> closes something else")
    }
  }

  /// Up to the end tag, as browsers have it.
  private mutating func readRaw(until end: [UInt8]) {
    let start = position
    while position < bytes.count, bytes[position] != end[0] || !bytes[position...].starts(with: end)
    {
      position += 1
    }
    texts.append((elements.count - 1, String(decoding: bytes[start..<position], as: UTF8.self)))
  }

  private mutating func decoded(until end: UInt8) -> String {
    var text = ""
    var start = position
    while let byte = next, byte != end {
      if byte == UInt8(ascii: "&") {
        text += String(decoding: bytes[start..<position], as: UTF8.self)
        text += entity()
        start = position
        continue
      }
      if byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") { complain("a bare < or >") }
      position += 1
    }
    text += String(decoding: bytes[start..<position], as: UTF8.self)
    for scalar in text.unicodeScalars where Self.isInvisible(scalar) {
      complain("U+\(String(scalar.value, radix: 16))")
    }
    return text
  }

  private mutating func entity() -> String {
    let name = bytes[(position + 1)...].prefix(6).prefix { $0 != UInt8(ascii: ";") }
    position += 1
    guard let meant = Self.entities[String(decoding: name, as: UTF8.self)] else {
      complain("a stray &")
      return ""
    }
    position += name.count + 1
    return meant
  }

  /// Control characters, and those that turn the direction of writing or have no width.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E,
      0x2060...0x2069, 0xFEFF, 0xE0000...0xE007F:
      true
    default: false
    }
  }

  private mutating func word() -> String {
    let start = position
    while let byte = next {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        position += 1
      default:
        return String(decoding: bytes[start..<position], as: UTF8.self)
      }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let found = text.withUTF8Buffer { wanted in
      position + wanted.count <= bytes.count
        && wanted.indices.allSatisfy { bytes[position + $0] == wanted[$0] }
    }
    if found { position += text.utf8CodeUnitCount }
    return found
  }

  private mutating func complain(_ complaint: String) {
    complaints.append(complaint)
  }
}
