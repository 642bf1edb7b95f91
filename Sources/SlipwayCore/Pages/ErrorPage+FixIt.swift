extension ErrorPage {
  /// A change of a source that a compiler proposes.
  package struct FixIt: Sendable, Equatable, Codable {
    /// An absolute path.
    package var file: String

    /// What is to go, from here up to but without the end; counted from 1, columns in bytes.
    package var line: Int
    package var column: Int
    package var endLine: Int
    package var endColumn: Int

    /// What is to be put in its place.
    package var text: String

    /// What stands there, if it is known.
    package var replaced: String?

    package init(
      file: String,
      line: Int,
      column: Int,
      endLine: Int,
      endColumn: Int,
      text: String,
      replaced: String? = nil
    ) {
      self.file = file
      self.line = line
      self.column = column
      self.endLine = endLine
      self.endColumn = endColumn
      self.text = text
      self.replaced = replaced
    }

    /// For people: `insert “!” at 9:25`.
    package var sentence: String {
      let place = "\(line):\(column)"
      let old = replaced.map(Self.shown)
      if (line, column) == (endLine, endColumn) {
        return "insert “\(Self.shown(text))” at \(place)"
      }
      if text.isEmpty { return "remove \(old.map { "“\($0)”" } ?? "what stands") at \(place)" }
      return
        "replace \(old.map { "“\($0)”" } ?? "what stands") at \(place) by “\(Self.shown(text))”"
    }

    /// On one line, and with what an editor would have one fill in (`<#value#>`) as people write it.
    private static func shown(_ text: String) -> String {
      text.replacing("<#", with: "‹").replacing("#>", with: "›").replacing("\n", with: "⏎")
        .replacing("\t", with: " ")
    }
  }
}
