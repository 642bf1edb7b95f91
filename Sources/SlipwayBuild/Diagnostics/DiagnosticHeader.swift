/// The first line of a finding: `FILE:LINE:COLUMN: error: message`, with less and less in front.
///
/// Known writers: the Swift compiler and clang (file, line, column), gold and lld (tool, or file
/// and line), GNU ld (`undefined reference` without a severity), SwiftPM (nothing in front).
struct DiagnosticHeader: Equatable {
  var severity: Diagnostic.Severity
  var message: String

  /// A file, `macro expansion @Name`, `<unknown>`, or the name of a tool.
  var origin: String?
  var line: Int?
  var column: Int?

  private static let markers: [(text: String, severity: Diagnostic.Severity)] = [
    ("fatal error: ", .error),
    ("Fatal error: ", .error),
    ("error: ", .error),
    ("warning: ", .warning),
    ("remark: ", .note),
    ("note: ", .note),
  ]

  /// Nil if `line` does not begin a finding.
  init?(_ line: Substring) {
    guard let (start, marker) = Self.firstMarker(in: line) else {
      guard line.contains(": undefined reference to ") else { return nil }
      // GNU ld names the object, the section and the symbol.
      self.init(severity: .error, message: String(line))
      return
    }
    var message = line[line.index(start, offsetBy: marker.text.count)...]
    // llbuild says it twice.
    while message.hasPrefix(marker.text) { message = message.dropFirst(marker.text.count) }
    self.init(severity: marker.severity, message: String(message))
    // A crashed tool names its own source there.
    if start > line.startIndex, marker.text != "Fatal error: " {
      locate(line[..<start].dropLast(2))
    }
  }

  private init(severity: Diagnostic.Severity, message: String) {
    self.severity = severity
    self.message = message
  }

  /// The leftmost marker that stands at the beginning or after a colon and a space.
  private static func firstMarker(
    in line: Substring
  ) -> (Substring.Index, (text: String, severity: Diagnostic.Severity))? {
    var start = line.startIndex
    while true {
      let rest = line[start...]
      if let marker = markers.first(where: { rest.hasPrefix($0.text) }) { return (start, marker) }
      guard let colon = rest.firstIndex(of: ":") else { return nil }
      start = line.index(after: colon)
      guard start < line.endIndex, line[start] == " " else { continue }
      start = line.index(after: start)
    }
  }

  /// Takes `FILE:LINE:COLUMN` apart from the right; a file may have colons in its name.
  private mutating func locate(_ text: Substring) {
    var rest = text
    var numbers: [Int] = []
    while numbers.count < 2, let colon = rest.lastIndex(of: ":"),
      let number = Int(rest[rest.index(after: colon)...]), number >= 0
    {
      numbers.insert(number, at: 0)
      rest = rest[..<colon]
    }
    origin = String(rest)
    line = numbers.first
    column = numbers.count == 2 ? numbers[1] : nil
  }

  /// The file that is meant, if a file is: an absolute or relative path with a place in it.
  var file: String? {
    guard let origin, line ?? 0 > 0, !origin.hasPrefix("<") else { return nil }
    return origin
  }

  /// What a linker says of where a symbol is used, if it knows no source: `FILE.o:SOURCE:function NAME`.
  var object: String? {
    guard line == nil, let origin, origin.contains(".o:"), origin.hasPrefix("/") else { return nil }
    return origin
  }
}
