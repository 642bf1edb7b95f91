// The parts of the page below the message.
extension HTMLErrorPage {
  /// - Parameter unfolded: Whether everything is shown open.
  mutating func sections(of page: ErrorPage, unfolded: Bool) -> PageTemplate.Value {
    let open = PageTemplate.Value.text(unfolded ? "open" : "")
    let sections = elements(page.sections, costing: 250) { html, section in
      switch section {
      case .diagnostics(let diagnostics):
        return ["diagnostics": .list([html.diagnostics(diagnostics, on: page)])]
      case .frames(let heading, let frames):
        return ["frames": .list([html.frames(heading, frames, unfolded: unfolded)])]
      case .output(let heading, let text):
        return ["output": .list([html.output(heading, text).merging(["open": open]) { $1 }])]
      case .facts(let heading, let facts):
        return ["facts": .list([html.facts(heading, facts)])]
      case .details(let heading, let facts):
        return ["details": .list([html.facts(heading, facts).merging(["open": open]) { $1 }])]
      }
    }
    let rest = page.sections.count - sections.count
    guard rest > 0 else { return .list(sections) }
    let note: PageTemplate.Values = [
      "heading": .text("More"), "leftOut": leftOut(rest, "sections"),
    ]
    return .list(sections + [["facts": .list([note])]])
  }

  // MARK: Findings

  private mutating func diagnostics(
    _ diagnostics: [ErrorPage.Diagnostic],
    on page: ErrorPage
  ) -> PageTemplate.Values {
    let counts = [ErrorPage.Diagnostic.Severity.error, .warning, .note]
      .compactMap { severity in
        let count = diagnostics.count { $0.severity == severity }
        return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
      }
    // What the top of the page says already.
    let isSaid =
      diagnostics.count == 1 && diagnostics[0].file != nil
      && (page.message.hasSuffix(diagnostics[0].message)
        || page.title.hasSuffix(" · " + diagnostics[0].message))
    let shown = elements(diagnostics, costing: 900) { html, diagnostic in
      var values = html.diagnostic(diagnostic)
      if isSaid { values["heading"] = .list([]) }
      return values
    }
    return [
      "heading": text(isSaid ? "Where" : counts.joined(separator: ", "), atMost: 100),
      "items": .list(shown),
      "leftOut": leftOut(diagnostics.count - shown.count),
    ]
  }

  private mutating func diagnostic(_ diagnostic: ErrorPage.Diagnostic) -> PageTemplate.Values {
    let message = prose(diagnostic.message, atMost: 2_000)
    let place = place(diagnostic.file, diagnostic.line, diagnostic.column, diagnostic.link)
    let excerpt = excerpt(diagnostic)
    let fixIts = fixIts(diagnostic)
    let remedy = diagnostic.remedy.map { [["text": prose($0, atMost: 2_000)]] } ?? []
    let notes = elements(diagnostic.notes, costing: 700) { $0.note($1) }
    return [
      "heading": .list([["severity": .text(diagnostic.severity.rawValue), "message": message]]),
      "severity": .text(diagnostic.severity.rawValue),
      "place": place,
      "excerpt": excerpt,
      "fixIts": fixIts,
      "remedy": .list(remedy),
      "notes": .list(notes.isEmpty ? [] : [["items": .list(notes)]]),
    ]
  }

  private mutating func note(_ note: ErrorPage.Diagnostic) -> PageTemplate.Values {
    [
      "message": prose(note.message, atMost: 2_000),
      "place": place(note.file, note.line, note.column, note.link),
      "excerpt": excerpt(note),
      "fixIts": fixIts(note),
    ]
  }

  private mutating func fixIts(_ diagnostic: ErrorPage.Diagnostic) -> PageTemplate.Value {
    .list(
      elements(diagnostic.fixIts, costing: 60) { ["text": $0.text($1.sentence, atMost: 1_000)] }
    )
  }

  private mutating func excerpt(_ diagnostic: ErrorPage.Diagnostic) -> PageTemplate.Value {
    excerpt(
      diagnostic.excerpt,
      of: diagnostic.file,
      line: diagnostic.line,
      column: diagnostic.column,
      below: diagnostic.message
    )
  }

  // MARK: Frames

  private mutating func frames(
    _ heading: String,
    _ frames: [ErrorPage.Frame],
    unfolded: Bool
  ) -> PageTemplate.Values {
    let heading = text(heading, atMost: 200)
    var isFirst = true
    let shown = elements(frames, costing: 900) { html, frame in
      defer { isFirst = false }
      return html.frame(frame, isOpen: unfolded || isFirst)
    }
    return [
      "heading": heading, "items": .list(shown), "leftOut": leftOut(frames.count - shown.count),
    ]
  }

  private mutating func frame(_ frame: ErrorPage.Frame, isOpen: Bool) -> PageTemplate.Values {
    let name = frame.file?.split(separator: "/").last.map(String.init)
    let place = [name, frame.line.map(String.init)].compactMap(\.self).joined(separator: ":")
    let label = text("Variables of \(frame.function)", atMost: 200)
    let table = table(named: label, frame.locals)
    return [
      "function": text(frame.function, atMost: 500),
      "origin": .text(frame.isOwn ? "own" : "library"),
      "open": .text(isOpen ? "open" : ""),
      "where": text(place, atMost: 300),
      "place": self.place(frame.file, frame.line, frame.column, frame.link),
      "excerpt": excerpt(frame.excerpt, of: frame.file, line: frame.line, column: frame.column),
      "locals": .list(table.map { [$0.values] } ?? []),
      "console": .list(
        frame.console.flatMap(PageLink.init(path:))
          .map { [["url": text($0.url, atMost: 200)]] } ?? []
      ),
      "nothing": .list(frame.locals.isEmpty && frame.file == nil ? [[:]] : []),
    ]
  }

  // MARK: Facts and output

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
      "text": text(kept.joined(separator: "\n"), atMost: 16_000),
    ]
  }

  private mutating func facts(_ heading: String, _ facts: [ErrorPage.Fact]) -> PageTemplate.Values {
    let heading = text(heading, atMost: 200)
    let table = table(named: heading, facts)
    return [
      "heading": heading, "locals": .list(table.map { [$0.values] } ?? []),
      "leftOut": leftOut(facts.count - (table?.count ?? 0)),
    ]
  }

  /// nil without facts; otherwise the table, and how many of them are in it.
  private mutating func table(
    named label: PageTemplate.Value,
    _ facts: [ErrorPage.Fact]
  ) -> (values: PageTemplate.Values, count: Int)? {
    if facts.isEmpty { return nil }
    let rows = elements(facts, costing: 90) { html, fact in
      var values = [
        "name": html.text(fact.name, atMost: 500), "value": html.text(fact.value, atMost: 1_000),
      ]
      values.merge(html.link(fact.link.flatMap(PageLink.init(path:)))) { $1 }
      return values
    }
    return (["label": label, "items": .list(rows)], rows.count)
  }
}
