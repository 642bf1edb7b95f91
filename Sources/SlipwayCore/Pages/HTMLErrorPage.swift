import NIOCore

/// Fills the template of the HTML page, within a budget: a page stays below 60 KB however much a
/// compiler had to say. What is left out is said to be left out.
struct HTMLErrorPage {
  /// - Parameter isLive: Whether a script asks for the page again, where one runs.
  static func render(_ page: ErrorPage, requestID: String, isLive: Bool = false) -> ByteBuffer {
    var html = HTMLErrorPage()
    html.isLive = isLive
    return template.render(html.values(page, requestID: requestID))
  }

  private static let template = PageTemplate(
    html: PackageResources.error_html,
    stylesheet: (name: "error.css", content: PackageResources.error_css)
  )

  /// What may still be added to the page, in bytes of HTML.
  private var budget = 40_000

  private var isLive = false

  private mutating func values(_ page: ErrorPage, requestID: String) -> PageTemplate.Values {
    // `Build failed · SampleApp`: what happened, and to what.
    let title = page.title.split(separator: " · ", maxSplits: 1).map(String.init)
    return [
      "code": text(page.code, atMost: 20),
      "fullTitle": text(page.title, atMost: 200),
      "healing": .list(
        page.healsByItself
          ? [["live": .list(isLive ? [[:]] : []), "liveEnd": .list(isLive ? [[:]] : [])]] : []
      ),
      "kind": .text(page.healsByItself ? "healing" : "page"),
      "message": text(page.message, atMost: 4_000),
      "remedy": optional(page.remedy, atMost: 2_000),
      "request": text(requestID, atMost: 40),
      "retryAfter": optional(page.retryAfter.map(String.init), atMost: 20),
      "sections": sections(page),
      "status": text(String(page.status), atMost: 20),
      "subject": optional(title.count > 1 ? title[1] : nil, atMost: 200),
      "title": text(title.first ?? page.title, atMost: 200),
    ]
  }

  private mutating func sections(_ page: ErrorPage) -> PageTemplate.Value {
    var sections: [PageTemplate.Values] = []
    for section in page.sections {
      switch section {
      case .diagnostics(let diagnostics):
        sections.append(["diagnostics": list([self.diagnostics(diagnostics)])])
      case .output(let heading, let output):
        var values = self.output(heading, output)
        // The page is loaded anew every other second while it heals: what the reader unfolds would
        // be folded again.
        values["open"] = .text(page.healsByItself ? "open" : "")
        sections.append(["output": list([values])])
      case .facts(let heading, let facts):
        sections.append(["facts": list([self.facts(heading, facts)])])
      }
    }
    return .list(sections)
  }

  private mutating func diagnostics(_ diagnostics: [ErrorPage.Diagnostic]) -> PageTemplate.Values {
    let counts = [ErrorPage.Diagnostic.Severity.error, .warning, .note]
      .compactMap { severity in
        let count = diagnostics.count { $0.severity == severity }
        return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
      }
    let shown = elements(diagnostics, costing: 700) { $0.diagnostic($1) }
    return [
      "heading": text(counts.joined(separator: ", "), atMost: 100),
      "items": .list(shown),
      "leftOut": leftOut(diagnostics.count - shown.count, "more"),
    ]
  }

  private mutating func diagnostic(_ diagnostic: ErrorPage.Diagnostic) -> PageTemplate.Values {
    let notes = elements(diagnostic.notes, costing: 500) { $0.note($1) }
    return [
      "excerpt": excerpt(diagnostic.excerpt),
      "fixIts": fixIts(diagnostic),
      "remedy": optional(diagnostic.remedy, atMost: 2_000),
      "message": text(diagnostic.message, atMost: 2_000),
      "notes": .list(notes.isEmpty ? [] : [["items": .list(notes)]]),
      "place": place(diagnostic),
      "severity": text(diagnostic.severity.rawValue, atMost: 20),
    ]
  }

  private mutating func note(_ note: ErrorPage.Diagnostic) -> PageTemplate.Values {
    [
      "excerpt": excerpt(note.excerpt),
      "fixIts": fixIts(note),
      "message": text(note.message, atMost: 2_000),
      "place": place(note),
    ]
  }

  private mutating func fixIts(_ diagnostic: ErrorPage.Diagnostic) -> PageTemplate.Value {
    .list(
      elements(diagnostic.fixIts, costing: 60) { ["text": $0.text($1.sentence, atMost: 1_000)] }
    )
  }

  private mutating func place(_ diagnostic: ErrorPage.Diagnostic) -> PageTemplate.Value {
    guard let file = diagnostic.file else { return .list([]) }
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    let position = [diagnostic.line, diagnostic.column].compactMap(\.self).map { ":\($0)" }
    let link = diagnostic.link
    return .list([
      [
        "link": .list(link.map { [["url": text($0, atMost: 2_000)]] } ?? []),
        "linkEnd": .list(link == nil ? [] : [[:]]),
        "directory": text(parts.dropLast().map { $0 + "/" }.joined(), atMost: 1_000),
        "file": text(String(parts.last ?? ""), atMost: 300),
        "position": text(position.joined(), atMost: 50),
      ]
    ])
  }

  private mutating func excerpt(_ excerpt: String?) -> PageTemplate.Value {
    guard let excerpt else { return .list([]) }
    let lines = elements(SourceExcerpt(excerpt).lines, costing: 40) { html, line in
      ["kind": .text(line.kind.rawValue), "text": html.text(line.text, atMost: 400)]
    }
    return .list(lines.isEmpty ? [] : [["lines": .list(lines)]])
  }

  /// The end of an output matters most: there it says why it ended.
  private mutating func output(_ heading: String, _ output: String) -> PageTemplate.Values {
    let lines = VisibleText.of(output).split(separator: "\n", omittingEmptySubsequences: false)
    var kept = lines[...]
    var size = output.utf8.count
    while size > 12_000, let first = kept.first, kept.count > 1 {
      size -= first.utf8.count + 1
      kept = kept.dropFirst()
    }
    return [
      "heading": text(heading, atMost: 200),
      "leftOut": leftOut(lines.count - kept.count, "lines before this"),
      "text": text(kept.joined(separator: "\n"), atMost: 20_000),
    ]
  }

  private mutating func facts(_ heading: String, _ facts: [ErrorPage.Fact]) -> PageTemplate.Values {
    let shown = elements(facts, costing: 60) { html, fact in
      ["name": html.text(fact.name, atMost: 500), "value": html.text(fact.value, atMost: 1_000)]
    }
    return [
      "heading": text(heading, atMost: 200),
      "items": .list(shown),
      "leftOut": leftOut(facts.count - shown.count, "more"),
    ]
  }

  private func leftOut(_ count: Int, _ what: String) -> PageTemplate.Value {
    .list(count > 0 ? [["text": .text("\(count) \(what), not shown here")]] : [])
  }

  private mutating func text(_ text: String, atMost limit: Int) -> PageTemplate.Value {
    let clipped = HTMLText.clip(text, to: max(0, min(limit, budget)))
    budget -= clipped.size
    return .text(clipped.text)
  }

  private mutating func optional(_ text: String?, atMost limit: Int) -> PageTemplate.Value {
    .list(text.map { [["text": self.text($0, atMost: limit)]] } ?? [])
  }

  private func list(_ values: [PageTemplate.Values]) -> PageTemplate.Value {
    .list(values)
  }

  /// As many as there is room for; `cost` is the markup around one.
  private mutating func elements<Element>(
    _ elements: [Element],
    costing cost: Int,
    _ values: (inout HTMLErrorPage, Element) -> PageTemplate.Values
  ) -> [PageTemplate.Values] {
    var shown: [PageTemplate.Values] = []
    for element in elements {
      guard budget > cost else { break }
      budget -= cost
      shown.append(values(&self, element))
    }
    return shown
  }
}
