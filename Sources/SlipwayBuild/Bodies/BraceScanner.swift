/// Finds the braces of a Swift source, outside strings and comments.
///
/// What may be a regular expression ends the search, for only the grammar tells it from a division.
struct BraceScanner {
  private let text: [UInt8]
  private var index = 0

  /// Nothing was met that it does not know.
  private(set) var isCertain = true

  init(_ text: [UInt8]) {
    self.text = text
  }

  /// The position of the next brace; nil at the end, or where it is not certain any more.
  mutating func next() -> Int? {
    while isCertain, index < text.count {
      let start = index
      index += 1
      switch text[start] {
      case UInt8(ascii: "{"), UInt8(ascii: "}"): return start
      case UInt8(ascii: "/"): skipAfterSlash(start)
      case UInt8(ascii: "\""): skipString(hashes: 0)
      case UInt8(ascii: "#"): skipAfterHash(start)
      default: break
      }
    }
    return nil
  }

  private func byte(_ offset: Int = 0) -> UInt8 {
    text.indices.contains(index + offset) ? text[index + offset] : 0
  }

  private mutating func skipAfterSlash(_ start: Int) {
    switch byte() {
    case UInt8(ascii: "/"):
      while index < text.count, text[index] != UInt8(ascii: "\n") { index += 1 }
    case UInt8(ascii: "*"):
      skipComment()
    default:
      // A division has an operand in front of it.
      let before = text[..<start].last { $0 > UInt8(ascii: " ") } ?? 0
      isCertain = before.isOfName || before == UInt8(ascii: ")") || before == UInt8(ascii: "]")
    }
  }

  /// From the star of a comment to its end; comments nest.
  private mutating func skipComment() {
    var depth = 1
    index += 1
    while index < text.count, depth > 0 {
      let pair = (text[index], byte(1))
      if pair == (UInt8(ascii: "/"), UInt8(ascii: "*")) {
        depth += 1
        index += 1
      } else if pair == (UInt8(ascii: "*"), UInt8(ascii: "/")) {
        depth -= 1
        index += 1
      }
      index += 1
    }
    if depth > 0 { isCertain = false }
  }

  private mutating func skipAfterHash(_ start: Int) {
    while byte() == UInt8(ascii: "#") { index += 1 }
    if byte() == UInt8(ascii: "/") { isCertain = false }
    guard byte() == UInt8(ascii: "\"") else { return }
    let hashes = index - start
    index += 1
    skipString(hashes: hashes)
  }

  /// From behind the first quotation mark to behind the last.
  private mutating func skipString(hashes: Int) {
    let isLong = byte() == UInt8(ascii: "\"") && byte(1) == UInt8(ascii: "\"")
    if isLong { index += 2 }
    while index < text.count {
      let character = text[index]
      index += 1
      switch character {
      case UInt8(ascii: "\""):
        if isLong {
          guard byte() == character, byte(1) == character else { continue }
          if hasHashes(hashes, at: 2) {
            index += 2 + hashes
            return
          }
        } else if hasHashes(hashes, at: 0) {
          index += hashes
          return
        }
      case UInt8(ascii: "\\") where hasHashes(hashes, at: 0):
        index += hashes
        if byte() == UInt8(ascii: "(") { skipInterpolation() } else { index += 1 }
      case UInt8(ascii: "\n") where !isLong:
        isCertain = false
        return
      default: break
      }
      if !isCertain { return }
    }
    isCertain = false
  }

  private func hasHashes(_ count: Int, at offset: Int) -> Bool {
    (offset..<offset + count).allSatisfy { byte($0) == UInt8(ascii: "#") }
  }

  /// From one parenthesis to the other. Braces between them belong together.
  private mutating func skipInterpolation() {
    var depth = 0
    while index < text.count, isCertain {
      let start = index
      index += 1
      switch text[start] {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "/"): skipAfterSlash(start)
      case UInt8(ascii: "\""): skipString(hashes: 0)
      case UInt8(ascii: "#"): skipAfterHash(start)
      default: break
      }
      if depth == 0 { return }
    }
    isCertain = false
  }
}

extension UInt8 {
  /// Letters, digits, the underscore, and whatever is not ASCII.
  var isOfName: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
