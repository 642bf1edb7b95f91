/// A line that an application has printed, with or without its colours.
///
/// Of the escape sequences of ECMA-48 those that choose colours and weights (SGR) may pass to a
/// terminal. All others are taken out: they move the cursor, erase what others have written, or have
/// the terminal type.
package struct ApplicationText: Sendable, Equatable {
  /// Without any escape sequence.
  package private(set) var plain = ""

  /// With SGR sequences, and a reset at the end if there is one. Safe to write to a terminal.
  package private(set) var coloured = ""

  package init(_ line: String) {
    guard line.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7f }) else {
      plain = line
      coloured = line
      return
    }
    var rest = line.unicodeScalars[...]
    var text = String.UnicodeScalarView()
    var isColoured = false
    func keep(_ text: inout String.UnicodeScalarView, _ into: (String) -> Void) {
      if !text.isEmpty { into(String(text).shownSafely) }
      text = String.UnicodeScalarView()
    }
    while let scalar = rest.popFirst() {
      guard scalar == "\u{1b}" || scalar == "\u{9b}" || scalar == "\u{9d}" else {
        text.append(scalar)
        continue
      }
      keep(&text) {
        plain += $0
        coloured += $0
      }
      if let colour = Self.takeSequence(scalar, &rest) {
        coloured += "\u{1b}[\(colour)m"
        isColoured = true
      }
    }
    keep(&text) {
      plain += $0
      coloured += $0
    }
    if isColoured { coloured += "\u{1b}[0m" }
  }

  /// Takes the rest of a sequence. Returns the parameters if it is an SGR.
  private static func takeSequence(
    _ first: Unicode.Scalar,
    _ rest: inout Substring.UnicodeScalarView
  ) -> String? {
    var kind = first
    if first == "\u{1b}" {
      guard let second = rest.popFirst() else { return nil }
      kind = second
    }
    switch kind {
    case "[", "\u{9b}":
      var parameters = ""
      while let scalar = rest.popFirst() {
        switch scalar.value {
        case 0x20...0x3f: parameters.unicodeScalars.append(scalar)
        case 0x40...0x7e:
          let isPlain = parameters.utf8.allSatisfy { byte in
            (0x30...0x3b).contains(byte)  // Digits, colon and semicolon.
          }
          return scalar == "m" && isPlain && parameters.utf8.count <= 64 ? parameters : nil
        default: return nil
        }
      }
      return nil
    case "]", "P", "X", "^", "_", "\u{9d}":
      // Strings end with BEL or ST.
      while let scalar = rest.popFirst() {
        if scalar == "\u{07}" || scalar == "\u{9c}" { return nil }
        if scalar == "\u{1b}" {
          if rest.first == "\\" { rest.removeFirst() }
          return nil
        }
      }
      return nil
    default:
      // Intermediate bytes, and a final one.
      var scalar: Unicode.Scalar? = kind
      while let next = scalar, (0x20...0x2f).contains(next.value) { scalar = rest.popFirst() }
      return nil
    }
  }
}
