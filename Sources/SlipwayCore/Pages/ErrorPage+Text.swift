extension ErrorPage {
  /// The page for a terminal. Places are written `file:line:column`, as compilers do.
  ///
  /// - Parameter limit: About how many bytes are wanted; beyond it nothing is looked at.
  func plainText(requestID: String, atMost limit: Int = .max) -> String {
    var text = PlainText(limit: limit)
    text.add("\(title)\n\(status) · \(code) · request \(requestID)")
    text.add(message)
    if let remedy { text.add("What to do: \(remedy)") }
    if let retryAfter { text.add("Try again in \(retryAfter) s.") }
    for section in sections {
      if text.isFull { break }
      switch section {
      case .diagnostics(let diagnostics):
        text.add(each: diagnostics) { $0.write(to: &$1) }
      case .output(let heading, let output):
        text.add("\(heading):\n" + text.indented(output))
      case .facts(let heading, let facts), .details(let heading, let facts):
        text.add("\(heading):\n" + text.indented(text.columns(facts)))
      case .frames(let heading, let frames):
        text.add("\(heading):")
        text.add(each: frames, apart: "\n") { $0.write(to: &$1) }
      }
    }
    return VisibleText.of(text.content) + "\n"
  }
}

/// Blocks of text, an empty line between them, until there is enough.
private struct PlainText {
  let limit: Int
  private(set) var content = ""

  var isFull: Bool { content.utf8.count > limit }

  init(limit: Int) {
    self.limit = limit
  }

  mutating func add(_ block: String, apart separator: String = "\n\n") {
    if isFull { return }
    if !content.isEmpty { content += separator }
    content += clipped(block)
  }

  /// Adds what is written about each of `elements`; beside what stands there already.
  mutating func add<Element>(
    each elements: [Element],
    apart separator: String = "\n\n",
    _ write: (Element, inout PlainText) -> Void
  ) {
    for element in elements {
      if isFull { return }
      var block = PlainText(limit: limit - content.utf8.count)
      write(element, &block)
      let text = separator == "\n" ? indented(block.content) : block.content
      add(text, apart: separator)
    }
  }

  func indented(_ text: String) -> String {
    var lines = VisibleText.of(clipped(text))
      .split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n")
  }

  func columns(_ facts: [ErrorPage.Fact]) -> String {
    // Each takes a few bytes at least.
    let facts = facts.prefix(limit / 4)
    let width = facts.map(\.name.count).max() ?? 0
    return
      facts.map { fact in
        fact.name + String(repeating: " ", count: width - fact.name.count) + "  " + fact.value
      }
      .joined(separator: "\n")
  }

  private func clipped(_ text: String) -> String {
    limit == .max ? text : String(text.prefix(max(0, limit)))
  }

  /// `file:line:column`, as far as known, and a colon.
  static func place(_ file: String?, _ line: Int?, _ column: Int?) -> String {
    guard let file else { return "" }
    return [file, line.map(String.init), column.map(String.init)].compactMap(\.self)
      .joined(separator: ":") + ": "
  }
}

extension ErrorPage.Diagnostic {
  fileprivate func write(to text: inout PlainText) {
    text.add(PlainText.place(file, line, column) + "\(severity.rawValue): \(message)")
    if let excerpt { text.add(text.indented(excerpt), apart: "\n") }
    for fixIt in fixIts {
      text.add(text.indented("fix: \(fixIt.sentence)"), apart: "\n")
    }
    if let remedy { text.add(text.indented("What to do: \(remedy)"), apart: "\n") }
    // A note is mostly in the same place, or near.
    if let link, severity != .note { text.add(text.indented(link), apart: "\n") }
    text.add(each: notes, apart: "\n") { $0.write(to: &$1) }
  }
}

extension ErrorPage.Frame {
  fileprivate func write(to text: inout PlainText) {
    text.add(PlainText.place(file, line, column) + function)
    if let excerpt { text.add(text.indented(excerpt), apart: "\n") }
    if let link { text.add(text.indented(link), apart: "\n") }
    if let console { text.add(text.indented("console: \(console)"), apart: "\n") }
    if !locals.isEmpty { text.add(text.indented(text.columns(locals)), apart: "\n") }
  }
}
