/// Puts the findings of one stream together from their lines: header, excerpt, notes.
struct FindingReader: Sendable {
  private static let excerptLimit = 60
  private static let noteLimit = 30

  private var primary: Diagnostic?
  private var isInNote = false
  private var isInExcerpt = false
  private var lineNumber: Int?

  /// Takes one line; returns the finding that it ended.
  mutating func consume(_ kind: OutputLine, _ line: Substring) -> Diagnostic? {
    switch kind {
    case .header(let header):
      return begin(Diagnostic(header), isNote: header.severity == .note)
    case .expansion(let header):
      place(header)
    case .excerpt(let number, let note):
      lineNumber = number ?? lineNumber
      append(line, note: note)
    case .continuation:
      append(line, note: nil)
    case .progress:
      return finish()
    case .blank, .waiting:
      isInExcerpt = false
    case .other:
      other(line)
    }
    return nil
  }

  /// Ends the finding that is being read, if there is one.
  mutating func finish() -> Diagnostic? {
    defer { self = FindingReader() }
    return primary
  }

  private mutating func begin(_ diagnostic: Diagnostic, isNote: Bool) -> Diagnostic? {
    lineNumber = diagnostic.line
    isInExcerpt = true
    if isNote, primary != nil {
      isInNote = true
      addNote(diagnostic)
      return nil
    }
    isInNote = false
    defer { primary = diagnostic }
    return primary
  }

  /// A finding in the expansion of a macro is told where the macro was used: its own place is in
  /// no file.
  private mutating func place(_ header: DiagnosticHeader) {
    guard var current = primary, !isInNote else { return }
    // One that has a place of its own keeps it, whoever else writes in between.
    guard current.file?.hasPrefix("/") != true else { return }
    if let expansion = current.file ?? current.notes.first?.message, current.notes.isEmpty {
      current.notes.append(Diagnostic(severity: .note, message: "In the \(expansion)"))
    }
    current.file = header.file
    current.line = header.line
    current.column = header.column
    primary = current
  }

  private mutating func append(_ line: Substring, note: String?) {
    guard var current = primary, isInExcerpt else { return }
    if isInNote, let last = current.notes.indices.last {
      current.notes[last].append(line, limit: Self.excerptLimit)
    } else {
      current.append(line, limit: Self.excerptLimit)
    }
    primary = current
    guard let note else { return }
    // The compiler shows a note of the same file only beneath the excerpt.
    let file = isInNote ? current.notes.last?.file : current.file
    let known = current.notes.contains { $0.message == note && $0.line == lineNumber }
    if !known {
      addNote(Diagnostic(severity: .note, message: note, file: file, line: lineNumber), last: false)
    }
  }

  /// Adds a note; `last` false keeps the one that is being read at the end.
  private mutating func addNote(_ note: Diagnostic, last: Bool = true) {
    guard var current = primary, current.notes.count < Self.noteLimit else { return }
    let isReadingLast = isInNote && !last && !current.notes.isEmpty
    current.notes.insert(note, at: current.notes.count - (isReadingLast ? 1 : 0))
    primary = current
  }

  /// A linker says on a line of its own what belongs to the error above it.
  private mutating func other(_ line: Substring) {
    guard var current = primary, isInExcerpt, current.file == nil, !isInNote,
      line.contains("ld") && line.contains(": ")
    else {
      isInExcerpt = false
      return
    }
    current.append(line, limit: Self.excerptLimit)
    primary = current
  }
}

extension Diagnostic {
  init(_ header: DiagnosticHeader) {
    self.init(
      severity: header.severity,
      message: header.message,
      file: header.file,
      line: header.file == nil ? nil : header.line,
      column: header.file == nil ? nil : header.column,
      excerpt: header.object
    )
  }

  /// Adds a line to the excerpt, which has at most `limit` lines.
  fileprivate mutating func append(_ line: Substring, limit: Int) {
    guard let before = excerpt else {
      excerpt = String(line)
      return
    }
    if before.utf8.count(where: { $0 == 10 }) < limit - 1 { excerpt = "\(before)\n\(line)" }
  }
}
