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
    var reader = Reader(rest: Array(html.unicodeScalars)[...])
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

private struct Reader {
  private static let void: Set = ["area", "br", "col", "hr", "img", "input", "link", "meta", "path"]
  private static let raw: Set = ["style", "script", "title", "textarea", "noscript"]
  private static let entities = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]
  /// What a browser ends a paragraph for.
  private static let blocks: Set = [
    "article", "aside", "details", "div", "dl", "footer", "form", "h1", "h2", "h3", "header", "main",
    "ol", "p", "pre", "section", "table", "ul",
  ]

  var rest: ArraySlice<Unicode.Scalar>
  var elements: [HTMLStructure.Element] = []
  var texts: [(element: Int, text: String)] = []
  var complaints: [String] = []
  /// The indices of those that are open.
  private var open: [Int] = []

  init(rest: ArraySlice<Unicode.Scalar>) {
    self.rest = rest
  }

  mutating func read() {
    if !take("<!doctype html>") { complain("no doctype") }
    while let first = rest.first {
      if first != "<" {
        readText()
      } else if take("</") {
        endTag()
      } else if take("<!") {
        complain("a comment or declaration")
      } else {
        rest.removeFirst()
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
      skipSpace()
      guard let next = rest.first else { return complain("<\(name)> is cut") }
      if take(">") { break }
      if take("/>") { break }
      let attribute = word()
      guard !attribute.isEmpty else { return complain("\(next) inside <\(name)>") }
      guard attributes[attribute] == nil else { return complain("\(attribute) twice in <\(name)>") }
      attributes[attribute] = ""
      if take("=") {
        guard take("\"") else { return complain("\(attribute) of <\(name)> is not quoted") }
        attributes[attribute] = decoded(until: "\"")
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
    if name == "style" || name == "script" { readRaw(name) }
  }

  private mutating func endTag() {
    let name = word()
    guard take(">") else { return complain("a malformed end of <\(name)>") }
    guard let last = open.popLast(), elements[last].name == name else {
      return complain("</\(name)> closes something else")
    }
  }

  private mutating func readText() {
    let text = decoded(until: "<")
    if !text.isEmpty { texts.append((open.last ?? 0, text)) }
  }

  /// Up to the end tag, as browsers have it.
  private mutating func readRaw(_ name: String) {
    var text = ""
    while !rest.isEmpty, !startsWith("</\(name)") { text.unicodeScalars.append(rest.removeFirst()) }
    texts.append((elements.count - 1, text))
  }

  private mutating func decoded(until end: Unicode.Scalar) -> String {
    var text = ""
    while let scalar = rest.first, scalar != end {
      rest.removeFirst()
      switch scalar {
      case "&":
        let name = String(String.UnicodeScalarView(rest.prefix(6).prefix { $0 != ";" }))
        guard let meant = Self.entities[name] else {
          complain("a stray &")
          continue
        }
        rest = rest.dropFirst(name.unicodeScalars.count + 1)
        text += meant
      case "<", ">":
        complain("a bare \(scalar)")
      default:
        if Self.isInvisible(scalar) { complain("U+\(String(scalar.value, radix: 16))") }
        text.unicodeScalars.append(scalar)
      }
    }
    return text
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
    var word = ""
    while let scalar = rest.first,
      scalar.properties.isAlphabetic || "0123456789-".unicodeScalars.contains(scalar)
    {
      word.unicodeScalars.append(scalar)
      rest.removeFirst()
    }
    return word
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == " " || $0 == "\n" }
  }

  private func startsWith(_ text: String) -> Bool {
    rest.starts(with: text.unicodeScalars)
  }

  private mutating func take(_ text: String) -> Bool {
    guard startsWith(text) else { return false }
    rest = rest.dropFirst(text.unicodeScalars.count)
    return true
  }

  private mutating func complain(_ complaint: String) {
    complaints.append(complaint)
  }
}
