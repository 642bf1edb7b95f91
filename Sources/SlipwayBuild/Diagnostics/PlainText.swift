/// Text as it would look on paper.
enum PlainText {
  /// `line` without ANSI escape sequences (ECMA-48, 5.4) and without other control characters but
  /// the tabulator, so that nothing a tool prints can change how a terminal shows the rest.
  static func removingEscapes(_ line: String) -> String {
    guard line.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) else { return line }
    var plain = String.UnicodeScalarView()
    var scalars = line.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      if scalar == "\u{1b}" {
        skipSequence(in: &scalars)
      } else if scalar.value >= 0x20 && scalar.value != 0x7f || scalar == "\t" {
        plain.append(scalar)
      }
    }
    return String(plain)
  }

  /// Skips the rest of `ESC [ parameters final`, or the one character after another escape.
  private static func skipSequence(in scalars: inout Substring.UnicodeScalarView) {
    guard let introducer = scalars.popFirst(), introducer == "[" else { return }
    while let scalar = scalars.first, (0x20...0x3f).contains(scalar.value) { scalars.removeFirst() }
    if let final = scalars.first, (0x40...0x7e).contains(final.value) { scalars.removeFirst() }
  }
}
