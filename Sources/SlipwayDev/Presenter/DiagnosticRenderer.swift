import SlipwayBuild
import SlipwayCore

/// Makes lines of the findings of a compiler: position, message, and the excerpt of the source.
struct DiagnosticRenderer {
  /// Files below it are shown relative to it.
  var directory: String

  /// At most `limit` findings, errors first; a last line says how many were left out.
  func lines(_ diagnostics: [ErrorPage.Diagnostic], limit: Int) -> [StyledLine] {
    let errors = diagnostics.filter { $0.severity == .error }
    let sorted = errors + diagnostics.filter { $0.severity != .error }
    var lines = sorted.prefix(limit).flatMap { self.lines(for: $0, indent: "          ") }
    if sorted.count > limit {
      lines.append(StyledLine(.init("          and \(sorted.count - limit) more", .dim)))
    }
    return lines
  }

  private func lines(for diagnostic: ErrorPage.Diagnostic, indent: String) -> [StyledLine] {
    let ink = diagnostic.severity.ink
    let texts = diagnostic.message.splitIntoLines(limit: 20)
    var head = StyledLine(.init(indent))
    if let position = position(of: diagnostic) {
      head.spans.append(.init(position + ": ", .bold))
    }
    head.spans += [.init(diagnostic.severity.rawValue + ": ", ink), .init(texts[0])]
    var lines = [head]
    lines += texts.dropFirst().map { StyledLine(.init(indent), .init($0)) }
    for line in diagnostic.excerpt?.splitIntoLines(limit: 20) ?? [] {
      lines.append(excerpt(line, of: diagnostic, indent: indent))
    }
    for fixIt in diagnostic.fixIts.prefix(5) {
      lines.append(StyledLine(.init(indent), .init("fix: ", .cyan), .init(fixIt.sentence)))
    }
    for line in diagnostic.remedy?.splitIntoLines(limit: 10) ?? [] {
      lines.append(StyledLine(.init(indent), .init(line, .bold)))
    }
    for note in diagnostic.notes.prefix(5) {
      lines += self.lines(for: note, indent: indent + "  ")
    }
    return lines
  }

  /// `Sources/App/App.swift:3:14`, which terminals and editors make a link of.
  private func position(of diagnostic: ErrorPage.Diagnostic) -> String? {
    guard let file = diagnostic.file else { return nil }
    let shown = file.removing(prefix: directory + "/") ?? file
    return ([shown] + [diagnostic.line, diagnostic.column].compactMap { $0.map(String.init) })
      .joined(separator: ":")
  }

  /// The compiler's `12 | let x = y` with a quiet gutter. Its marker line repeats the message,
  /// which stands above already, so that only the place is marked.
  private func excerpt(
    _ line: String,
    of diagnostic: ErrorPage.Diagnostic,
    indent: String
  ) -> StyledLine {
    guard let bar = line.firstIndex(of: "|") else {
      return StyledLine(.init(indent), .init(line, .dim), isCut: true)
    }
    let gutter = String(line[...bar])
    let source = line[line.index(after: bar)...]
    let marker = source.drop { $0 == " " }
    let isMarker = marker.hasPrefix("`-") || marker.hasPrefix("^") || marker.hasPrefix("~")
    guard isMarker else {
      return StyledLine(.init(indent), .init(gutter, .dim), .init(String(source)), isCut: true)
    }
    let repeatsMessage =
      marker == "`- \(diagnostic.severity.rawValue): \(diagnostic.message)"
    let shown = repeatsMessage ? source.prefix { $0 == " " } + "^" : source
    return StyledLine(
      .init(indent),
      .init(gutter, .dim),
      .init(String(shown), diagnostic.severity.ink),
      isCut: true
    )
  }
}

extension ErrorPage.Diagnostic {
  init(_ diagnostic: SlipwayBuild.Diagnostic) {
    self.init(
      severity: Severity(rawValue: diagnostic.severity.rawValue) ?? .error,
      message: diagnostic.message,
      file: diagnostic.file,
      line: diagnostic.line,
      column: diagnostic.column,
      excerpt: diagnostic.excerpt,
      notes: diagnostic.notes.map(ErrorPage.Diagnostic.init)
    )
    fixIts = diagnostic.fixIts.map(ErrorPage.FixIt.init)
    remedy = diagnostic.remedy
  }
}

extension ErrorPage.FixIt {
  init(_ fixIt: SlipwayBuild.FixIt) {
    self.init(
      file: fixIt.file,
      line: fixIt.line,
      column: fixIt.column,
      endLine: fixIt.endLine,
      endColumn: fixIt.endColumn,
      text: fixIt.text,
      replaced: fixIt.replaced
    )
  }
}

extension ErrorPage.Diagnostic.Severity {
  fileprivate var ink: StyledLine.Ink {
    switch self {
    case .error: .boldRed
    case .warning: .yellow
    case .note: .cyan
    }
  }
}
