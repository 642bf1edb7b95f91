/// The lines of a source excerpt as compilers show them, told apart.
///
/// With a gutter (`12 | let a = b`, below it `   |         ^~`, as of swiftc and clang), where `>`
/// may stand before the number of the line that matters; or without, as older compilers have it.
package struct SourceExcerpt: Sendable {
  package struct Line: Sendable, Equatable {
    package enum Kind: String, Sendable {
      case context

      /// The line that matters.
      case failing

      /// Carets, tildes or a message hung below the source.
      case marker
    }

    package var kind: Kind

    /// Without the gutter.
    package var text: String

    /// What the gutter says.
    package var number: Int?

    /// Of a failing line: what is meant, counted in characters.
    package var range: Range<Int>?

    package init(kind: Kind, text: String, number: Int? = nil, range: Range<Int>? = nil) {
      self.kind = kind
      self.text = text
      self.number = number
      self.range = range
    }
  }

  package private(set) var lines: [Line] = []

  /// Blank lines at the end are dropped.
  /// - Parameter column: Where the line that is marked by `>` is meant, counted from 1.
  package init(_ text: String, column: Int? = nil) {
    var lines = VisibleText.of(text).split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    // The line that markers are below.
    var source: Int?
    for line in lines {
      let gutter = Gutter(line)
      let text = gutter?.rest ?? line
      if gutter?.number == nil, let start = Self.marker(in: text) {
        if let source { point(at: start, in: text, of: source) }
        self.lines.append(Line(kind: .marker, text: String(text)))
      } else {
        source = self.lines.count
        self.lines.append(Line(kind: .context, text: String(text), number: gutter?.number))
        guard gutter?.isMarked == true else { continue }
        self.lines[self.lines.count - 1].kind = .failing
        if let column, (1...max(1, text.count)).contains(column) {
          let start = column - 1
          let end = Self.endOfToken(at: start, in: String(text))
          self.lines[self.lines.count - 1].range = start..<end
        }
      }
    }
  }

  /// The lines without those markers that only say what `range` or `message`, shown elsewhere, says.
  package func lines(besides message: String) -> [Line] {
    lines.filter { line in
      guard line.kind == .marker, lines.contains(where: { $0.range != nil }) else { return true }
      let said = line.text.drop { !$0.isLetter }
      return !said.isEmpty && said != "error: \(message)" && said != "warning: \(message)"
        && said != "note: \(message)"
    }
  }

  private mutating func point(at start: Int, in marker: Substring, of index: Int) {
    lines[index].kind = .failing
    let text = lines[index].text
    let indentation = marker.prefix(start)
    guard lines[index].range == nil, start < text.count,
      // Otherwise they stand below one another only where tabs are as wide as for whoever drew this.
      zip(text, indentation).allSatisfy({ ($0 == "\t") == ($1 == "\t") })
    else { return }
    // `~   ^~~`: the caret is what matters most.
    let drawn = Array(marker.drop { $0 == " " || $0 == "\t" })
    let caret = drawn.firstIndex(of: "^") ?? 0
    let isLine = { (index: Int) in drawn.indices.contains(index) && "^~".contains(drawn[index]) }
    var (first, end) = (caret, caret + 1)
    while isLine(first - 1) { first -= 1 }
    while isLine(end) { end += 1 }
    if end == first + 1 { end = Self.endOfToken(at: start + first, in: text) - start }
    lines[index].range = start + first..<min(start + end, text.count)
  }

  /// Where `^~~`, `|- error: …` or `` `- error: …`` begins, in characters.
  private static func marker(in text: Substring) -> Int? {
    let indentation = text.prefix(while: \.isWhitespace)
    let drawn = text.dropFirst(indentation.count)
    guard ["^", "~", "`-", "|-"].contains(where: drawn.hasPrefix) else { return nil }
    return indentation.count
  }

  /// The end of the name, the number or the text in quotes that begins at `start`.
  private static func endOfToken(at start: Int, in text: String) -> Int {
    let rest = text.dropFirst(start)
    guard let first = rest.first else { return start }
    if first == "\"" || first == "'", let end = rest.dropFirst().firstIndex(of: first) {
      return start + rest.distance(from: rest.startIndex, to: end) + 1
    }
    let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return start + max(1, word.count)
  }
}

/// What stands before the source in a line of an excerpt: `> 12 | `.
private struct Gutter {
  var isMarked: Bool
  var number: Int?
  var rest: Substring

  /// nil if the line has none.
  init?(_ line: Substring) {
    var rest = line.drop { $0 == " " }
    isMarked = rest.first == ">"
    if isMarked { rest = rest.dropFirst().drop { $0 == " " } }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard digits.count < 10 else { return nil }
    number = Int(digits)
    rest = rest.dropFirst(digits.count).drop { $0 == " " }
    guard rest.first == "|", number != nil || !isMarked else { return nil }
    rest = rest.dropFirst()
    // The message hung below: `|- error`.
    guard number != nil || rest.first != "-" else { return nil }
    self.rest = rest.first == " " ? rest.dropFirst() : rest
  }
}
