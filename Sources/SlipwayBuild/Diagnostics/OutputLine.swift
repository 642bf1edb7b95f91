/// What one line of the output of `swift build` is.
///
/// SwiftPM 6.3 writes everything that belongs to the build itself to standard output, what one
/// compiler said in one piece, and what belongs to manifests and dependencies to standard error.
enum OutputLine: Equatable {
  /// `[3/7] Compiling Notices Board.swift`
  case progress(BuildProgress)

  /// Another process builds in the same scratch directory.
  case waiting

  /// The beginning of a finding.
  case header(DiagnosticHeader)

  /// `` `- FILE:LINE:COLUMN: note: expanded code originates here``, below a finding in a macro.
  case expansion(DiagnosticHeader)

  /// A line of source, or what the compiler wrote beneath it.
  case excerpt(lineNumber: Int?, note: String?)

  /// More of a message that does not fit on one line: lld's `>>>`, git's indented words.
  case continuation

  case blank

  /// Neither part of a finding nor the end of one.
  case other

  init(_ line: Substring) {
    let trimmed = line.drop(while: \.isWhitespace)
    if trimmed.isEmpty {
      self = .blank
    } else if let progress = BuildProgress(line: line) {
      self = .progress(progress)
    } else if line.hasPrefix("Another instance of SwiftPM ") {
      self = .waiting
    } else if let excerpt = Self.excerpt(trimmed) {
      self = excerpt
    } else if trimmed.hasPrefix("`- "), let header = DiagnosticHeader(trimmed.dropFirst(3)) {
      self = .expansion(header)
    } else if trimmed.hasPrefix(">>> ") || line.hasPrefix("    ") {
      self = .continuation
    } else if let header = DiagnosticHeader(line) {
      self = .header(header)
    } else {
      self = .other
    }
  }

  /// `12 | let x = 1`, `   | ^`, `   +--- macro expansion`, `   |1 | expanded`.
  private static func excerpt(_ trimmed: Substring) -> OutputLine? {
    if trimmed.hasPrefix("+---") { return .excerpt(lineNumber: nil, note: nil) }
    let digits = trimmed.prefix { $0.isASCII && $0.isNumber }
    guard let bar = trimmed[digits.endIndex...].firstIndex(where: { $0 != " " }),
      trimmed[bar] == "|"
    else { return nil }
    guard digits.isEmpty else { return .excerpt(lineNumber: Int(digits), note: nil) }
    let beneath = trimmed[trimmed.index(after: bar)...].drop { $0 == " " || $0 == "|" }
    for marker in ["`- note: ", "- note: "] where beneath.hasPrefix(marker) {
      return .excerpt(lineNumber: nil, note: String(beneath.dropFirst(marker.count)))
    }
    return .excerpt(lineNumber: nil, note: nil)
  }
}
