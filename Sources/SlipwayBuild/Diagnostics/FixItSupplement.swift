import FoundationEssentials

/// Adds to findings what the compiler proposes to do about them.
struct FixItSupplement {
  private typealias Finding = SerializedDiagnostics.Finding

  /// By message, for places are told in more than one way.
  private var known: [String: [Finding]] = [:]

  /// - Parameter paths: files with serialized diagnostics; those that are missing are passed over.
  init(reading paths: some Sequence<String>) {
    for path in paths {
      guard let bytes = FileManager.default.contents(atPath: path) else { continue }
      for finding in SerializedDiagnostics(Array(bytes)).findings {
        known[finding.message, default: []].append(finding)
      }
    }
  }

  func supplementing(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    guard !known.isEmpty else { return diagnostics }
    var texts: [String: SourceText] = [:]
    return diagnostics.map { diagnostic in
      guard let finding = Self.match(diagnostic, among: known[Self.message(of: diagnostic)] ?? [])
      else { return diagnostic }
      var result = diagnostic
      result.fixIts = finding.fixIts.map { Self.reading($0, &texts) }
      result.notes = diagnostic.notes.map { note in
        guard let match = Self.match(note, among: finding.notes) else { return note }
        var result = note
        result.fixIts = match.fixIts.map { Self.reading($0, &texts) }
        return result
      }
      return result
    }
  }

  /// Of the findings with this message, the one in this place. One in a macro's expansion is told where
  /// the macro was used, and has no fix-its anybody could apply.
  private static func match(_ diagnostic: Diagnostic, among findings: [Finding]) -> Finding? {
    let message = message(of: diagnostic)
    return findings.first { finding in
      finding.message == message && finding.file == diagnostic.file
        && finding.line == diagnostic.line
        && (diagnostic.column == nil || finding.column == diagnostic.column)
    }
  }

  /// Without the group of warnings that the compiler names in text: ` [#DeprecatedDeclaration]`.
  private static func message(of diagnostic: Diagnostic) -> String {
    let message = diagnostic.message
    guard message.hasSuffix("]"), let start = message.lastIndex(of: "["),
      message[start...].hasPrefix("[#"), start > message.startIndex
    else { return message }
    return String(message[..<message.index(before: start)])
  }

  private static func reading(_ fixIt: FixIt, _ texts: inout [String: SourceText]) -> FixIt {
    var result = fixIt
    let text = texts[fixIt.file] ?? SourceText(path: fixIt.file)
    texts[fixIt.file] = text
    result.replaced = text.text(of: fixIt)
    return result
  }
}

/// The bytes of a source, line by line.
private struct SourceText {
  private static let sizeLimit = 8_000_000
  private let lines: [ArraySlice<UInt8>]

  init(path: String) {
    let bytes = FileManager.default.contents(atPath: path).map(Array.init) ?? []
    lines =
      bytes.count > Self.sizeLimit
      ? [] : bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }

  /// What stands where the fix-it would put something else; nil if there is no such place any more.
  func text(of fixIt: FixIt) -> String? {
    guard let start = offset(fixIt.line, fixIt.column),
      let end = offset(fixIt.endLine, fixIt.endColumn), fixIt.line <= fixIt.endLine
    else { return nil }
    if fixIt.line == fixIt.endLine {
      guard start <= end else { return nil }
      return String(decoding: lines[fixIt.line - 1][start..<end], as: UTF8.self)
    }
    var parts = [lines[fixIt.line - 1][start...]]
    parts += lines[fixIt.line..<(fixIt.endLine - 1)]
    parts.append(lines[fixIt.endLine - 1][..<end])
    return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }

  /// The position of a column in its line.
  private func offset(_ line: Int, _ column: Int) -> Int? {
    guard lines.indices.contains(line - 1), column > 0 else { return nil }
    let bytes = lines[line - 1]
    let offset = bytes.startIndex + column - 1
    return offset <= bytes.endIndex ? offset : nil
  }
}
