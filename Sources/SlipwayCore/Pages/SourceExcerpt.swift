/// The lines of a compiler's source excerpt, told apart.
package struct SourceExcerpt: Sendable {
  package struct Line: Sendable, Equatable {
    package enum Kind: String, Sendable {
      case context

      /// The line that a marker below points into.
      case failing

      /// Carets, tildes or a message hung below the source.
      case marker
    }

    package var kind: Kind
    package var text: String
  }

  package let lines: [Line]

  /// Blank lines at the end are dropped.
  package init(_ text: String) {
    var lines = VisibleText.of(text).split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    var told: [Line] = []
    for line in lines {
      guard Self.isMarker(line) else {
        told.append(Line(kind: .context, text: String(line)))
        continue
      }
      if told.last?.kind == .context { told[told.count - 1].kind = .failing }
      told.append(Line(kind: .marker, text: String(line)))
    }
    self.lines = told
  }

  /// `        ^~~` or `   |     |- error: …` or ``   |     `- error: …``, after a gutter without a
  /// line number.
  private static func isMarker(_ line: Substring) -> Bool {
    var rest = line.drop(while: \.isWhitespace)
    if rest.first == "|" { rest = rest.dropFirst().drop(while: \.isWhitespace) }
    return ["^", "~", "`-", "|-"].contains(where: rest.hasPrefix)
  }
}
