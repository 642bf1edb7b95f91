// Places in sources, and the lines there.
extension HTMLErrorPage {
  mutating func place(
    _ file: String?,
    _ line: Int?,
    _ column: Int?,
    _ link: String?
  ) -> PageTemplate.Value {
    guard let file else { return .list([]) }
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    let position = [line, column].compactMap(\.self).map { ":\($0)" }
    var values = [
      "directory": text(parts.dropLast().map { $0 + "/" }.joined(), atMost: 1_000),
      "file": text(String(parts.last ?? ""), atMost: 300),
      "position": text(position.joined(), atMost: 50),
    ]
    values.merge(self.link(link.flatMap(PageLink.init(editor:)))) { $1 }
    return .list([values])
  }

  /// What the blocks `link` and `linkEnd` around the name of something are filled with.
  mutating func link(_ link: PageLink?) -> PageTemplate.Values {
    // Half of a link leads elsewhere.
    guard let link, link.url.utf8.count <= min(budget, 2_000) else { return [:] }
    return ["link": .list([["url": text(link.url, atMost: 2_000)]]), "linkEnd": .list([[:]])]
  }

  /// - Parameter message: What is said of the excerpt, and need not be said in it once more.
  mutating func excerpt(
    _ excerpt: String?,
    of file: String?,
    line: Int?,
    column: Int?,
    below message: String = ""
  ) -> PageTemplate.Value {
    guard let excerpt else { return .list([]) }
    let name = file?.split(separator: "/").last.map { " of \($0)" } ?? ""
    let label = "Source\(name)" + (line.map { ", around line \($0)" } ?? "")
    let source = SourceExcerpt(excerpt, column: column)
    let lines = elements(source.lines(besides: message), costing: 80) { $0.line($1) }
    guard !lines.isEmpty else { return .list([]) }
    return .list([["label": text(label, atMost: 300), "lines": .list(lines)]])
  }

  private mutating func line(_ line: SourceExcerpt.Line) -> PageTemplate.Values {
    let characters = Array(line.text)
    let range = line.range ?? 0..<0
    let before = String(characters[..<range.lowerBound])
    let meant = String(characters[range])
    let after = String(characters[range.upperBound...])
    return [
      "kind": .text(line.kind.rawValue),
      "number": optional(line.number.map(String.init), atMost: 20),
      "before": text(before, atMost: 400),
      "meant": optional(meant.isEmpty ? nil : meant, atMost: 400),
      "after": text(after, atMost: 400),
    ]
  }
}
