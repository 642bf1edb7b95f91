/// A line for a terminal or a log, made of spans that are safe to show.
package struct StyledLine: Equatable {
  package enum Ink: String {
    case plain = ""
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
    case boldRed = "1;31"
  }

  /// Text in one colour. Control characters are escaped here, so no renderer can forget it.
  package struct Span: Equatable {
    let text: String
    let ink: Ink
    /// The text in colours of its own, with what puts them back.
    let coloured: String?

    package init(_ text: String, _ ink: Ink = .plain) {
      self.text = text.shownSafely
      self.ink = ink
      coloured = nil
    }

    /// Text that is safe to show.
    fileprivate init(escaped text: String, _ ink: Ink) {
      self.text = text
      self.ink = ink
      coloured = nil
    }

    fileprivate func show(inColour: Bool, in output: inout String) {
      if inColour, let coloured {
        output += coloured
      } else if !inColour || ink == .plain || text.isEmpty {
        output += text
      } else {
        output += "\u{1b}[\(ink.rawValue)m\(text)\u{1b}[0m"
      }
    }

    /// What an application has printed.
    package init(_ printed: ApplicationText) {
      text = printed.plain
      ink = .plain
      coloured = printed.coloured
    }
  }

  var spans: [Span]

  /// Whether the line is cut at the edge of the terminal. Sentences are not: they wrap.
  var isCut: Bool

  package init(_ spans: Span..., isCut: Bool = false) {
    self.spans = spans
    self.isCut = isCut
  }

  /// The bytes to write, without a line break. `width` in columns; nil if there is no edge.
  package func text(inColour: Bool, width: Int?) -> String {
    var text = ""
    show(inColour: inColour, width: width, in: &text)
    return text
  }

  /// Appends the bytes to write to `text`, without a line break.
  func show(inColour: Bool, width: Int?, in text: inout String) {
    var room = isCut ? (width ?? .max) : .max
    let isTooLong = room < .max && spans.reduce(0) { $0 + $1.text.columns } > room
    guard isTooLong else {
      for span in spans { span.show(inColour: inColour, in: &text) }
      return
    }
    room -= 1
    for span in spans where room > 0 {
      let shown = span.text.prefix(columns: room)
      guard !shown.isEmpty else { break }
      room -= shown.columns
      Span(escaped: String(shown), span.ink).show(inColour: inColour, in: &text)
      if shown.endIndex != span.text.endIndex { break }
    }
    text += "…"
  }
}
