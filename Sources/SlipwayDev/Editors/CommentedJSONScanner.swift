/// Finds its way through a JSON text with comments and trailing commas. Positions are those of bytes.
struct CommentedJSONScanner {
  /// A list or an object.
  struct Container {
    /// Elements, or members with their names.
    var parts: [Range<Int>] = []
    /// Whether there is a comma behind the last of them.
    var endsWithComma = false
    /// Where the closing bracket is.
    var close = 0
  }

  struct Member {
    var name: String
    /// The value, if it is a string.
    var text: String?
    /// Where the value begins.
    var value: Int
    var range: Range<Int>
  }

  struct Structure {
    var outermost: Container
    /// The list that was asked for.
    var list: Container?
  }

  /// Deeper nesting is no editor's setting.
  private static let depthLimit = 100

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  /// Reads the whole text; nil if it is not JSON, or if the list is something else.
  mutating func structure(listNamed key: String?) -> Structure? {
    skipTrivia()
    var structure: Structure
    if let key {
      guard let (members, object) = object() else { return nil }
      structure = Structure(outermost: object)
      if let member = members.first(where: { $0.name == key }) {
        var inner = self
        inner.position = member.value
        guard let list = inner.list() else { return nil }
        structure.list = list
      }
    } else {
      guard let list = list() else { return nil }
      structure = Structure(outermost: list, list: list)
    }
    skipTrivia()
    return position == bytes.count ? structure : nil
  }

  /// Reads an object; nil if there is none here.
  mutating func members() -> [Member]? { object()?.members }

  private mutating func object() -> (members: [Member], container: Container)? {
    guard take("{") else { return nil }
    var members: [Member] = []
    var container = Container()
    while true {
      skipTrivia()
      if take("}") {
        container.close = position - 1
        container.parts = members.map(\.range)
        return (members, container)
      }
      let start = position
      guard let name = string() else { return nil }
      skipTrivia()
      guard take(":") else { return nil }
      skipTrivia()
      let value = position
      var ahead = self
      let text = ahead.string()
      guard skipValue(depth: 0) else { return nil }
      members.append(Member(name: name, text: text, value: value, range: start..<position))
      skipTrivia()
      container.endsWithComma = take(",")
      guard container.endsWithComma || peek == UInt8(ascii: "}") else { return nil }
    }
  }

  private mutating func list() -> Container? {
    guard take("[") else { return nil }
    var container = Container()
    while true {
      skipTrivia()
      if take("]") {
        container.close = position - 1
        return container
      }
      let start = position
      guard skipValue(depth: 0) else { return nil }
      container.parts.append(start..<position)
      skipTrivia()
      container.endsWithComma = take(",")
      guard container.endsWithComma || peek == UInt8(ascii: "]") else { return nil }
    }
  }

  private mutating func skipValue(depth: Int) -> Bool {
    guard depth < Self.depthLimit, let first = peek else { return false }
    switch first {
    case UInt8(ascii: "\""): return string() != nil
    case UInt8(ascii: "{"): return skipContainer("}", depth, named: true)
    case UInt8(ascii: "["): return skipContainer("]", depth, named: false)
    default:
      let start = position
      while let byte = peek, !byte.endsJSONWord { position += 1 }
      return position > start
    }
  }

  private mutating func skipContainer(
    _ closing: Unicode.Scalar,
    _ depth: Int,
    named: Bool
  ) -> Bool {
    position += 1
    while true {
      skipTrivia()
      if take(closing) { return true }
      if named {
        guard string() != nil else { return false }
        skipTrivia()
        guard take(":") else { return false }
        skipTrivia()
      }
      guard skipValue(depth: depth + 1) else { return false }
      skipTrivia()
      guard take(",") || peek == UInt8(ascii: closing) else { return false }
    }
  }

  /// Reads a string. Escapes stay as they are: no name that we look for has any.
  private mutating func string() -> String? {
    guard take("\"") else { return nil }
    let start = position
    while let byte = peek {
      position += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == UInt8(ascii: "\"") {
        return String(decoding: bytes[start..<(position - 1)], as: UTF8.self)
      }
    }
    return nil
  }

  /// Skips blanks, line breaks and comments.
  private mutating func skipTrivia() {
    while let byte = peek {
      if byte.isJSONSpace {
        position += 1
      } else if bytes[position...].starts(with: "//".utf8) {
        while let byte = peek, byte != 0x0a { position += 1 }
      } else if bytes[position...].starts(with: "/*".utf8) {
        position += 2
        while position < bytes.count, !bytes[position...].starts(with: "*/".utf8) { position += 1 }
        position = min(position + 2, bytes.count)
      } else {
        return
      }
    }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }
}

extension UInt8 {
  var isJSONSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0a || self == 0x0d }

  fileprivate var endsJSONWord: Bool {
    isJSONSpace || ",]}:/\"[{".utf8.contains(self)
  }
}
