extension ErrorPage {
  /// The page for a terminal. Places are written `file:line:column`, as compilers do.
  func plainText(requestID: String) -> String {
    var blocks = ["\(title)\n\(status) · \(code) · request \(requestID)", message]
    if let remedy { blocks.append("What to do: \(remedy)") }
    if let retryAfter { blocks.append("Try again in \(retryAfter) s.") }
    for section in sections {
      switch section {
      case .diagnostics(let diagnostics):
        blocks += diagnostics.map(\.plainText)
      case .output(let heading, let text):
        blocks.append("\(heading):\n" + Self.indented(text))
      case .facts(let heading, let facts), .details(let heading, let facts):
        blocks.append("\(heading):\n" + Self.indented(Self.columns(facts)))
      case .frames(let heading, let frames):
        blocks.append("\(heading):\n" + Self.indented(frames.map(\.plainText).joined(separator: "\n")))
      }
    }
    return VisibleText.of(blocks.joined(separator: "\n\n")) + "\n"
  }

  fileprivate static func columns(_ facts: [Fact]) -> String {
    let width = facts.map(\.name.count).max() ?? 0
    return
      facts.map { fact in
        fact.name + String(repeating: " ", count: width - fact.name.count) + "  " + fact.value
      }
      .joined(separator: "\n")
  }

  /// `file:line:column`, as far as known.
  fileprivate static func place(_ file: String?, _ line: Int?, _ column: Int?) -> String? {
    file.map { [$0, line.map(String.init), column.map(String.init)].compactMap(\.self) }?
      .joined(separator: ":")
  }

  fileprivate static func indented(_ text: String) -> String {
    var lines = VisibleText.of(text).split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n")
  }
}

extension ErrorPage.Diagnostic {
  fileprivate var plainText: String {
    var lines = [(place.map { "\($0): " } ?? "") + "\(severity.rawValue): \(message)"]
    if let excerpt { lines.append(ErrorPage.indented(excerpt)) }
    lines += fixIts.map { ErrorPage.indented("fix: \($0.sentence)") }
    if let remedy { lines.append(ErrorPage.indented("What to do: \(remedy)")) }
    // A note is mostly in the same place, or near.
    if let link, severity != .note { lines.append(ErrorPage.indented(link)) }
    lines += notes.map { ErrorPage.indented($0.plainText) }
    return lines.joined(separator: "\n")
  }

  private var place: String? { ErrorPage.place(file, line, column) }
}

extension ErrorPage.Frame {
  fileprivate var plainText: String {
    var lines = [(ErrorPage.place(file, line, column).map { "\($0): " } ?? "") + function]
    if let excerpt { lines.append(ErrorPage.indented(excerpt)) }
    if let link { lines.append(ErrorPage.indented(link)) }
    if !locals.isEmpty { lines.append(ErrorPage.indented(ErrorPage.columns(locals))) }
    return lines.joined(separator: "\n")
  }
}
