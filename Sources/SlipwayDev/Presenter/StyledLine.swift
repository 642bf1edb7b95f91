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
    var room = isCut ? (width ?? .max) : .max
    let isTooLong = room < .max && spans.reduce(0) { $0 + $1.text.columns } > room
    if isTooLong { room -= 1 }
    var text = ""
    for span in spans where room > 0 {
      if let coloured = span.coloured, !isTooLong {
        text += inColour ? coloured : span.text
        continue
      }
      let shown = isTooLong ? span.text.prefix(columns: room) : span.text[...]
      guard !shown.isEmpty else { break }
      room -= isTooLong ? shown.columns : 0
      text +=
        inColour && span.ink != .plain ? "\u{1b}[\(span.ink.rawValue)m\(shown)\u{1b}[0m" : shown
      if shown.endIndex != span.text.endIndex { break }
    }
    return isTooLong ? text + "…" : text
  }
}
