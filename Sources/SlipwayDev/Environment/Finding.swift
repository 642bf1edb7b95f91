/// What one check of `slipway check` found.
package struct Finding: Sendable, Equatable {
  package enum Verdict: String, Sendable {
    case ok, warn, fail
  }

  package var verdict: Verdict

  /// What was looked at: a word or two.
  package var subject: String

  /// What was found.
  package var message: String

  /// More about it, a line each.
  package var details: [String] = []

  package var remedy: String?

  static func ok(_ subject: String, _ message: String, details: [String] = []) -> Self {
    Self(verdict: .ok, subject: subject, message: message, details: details)
  }

  /// The server runs, but not as well as it could.
  static func warn(_ subject: String, _ error: EnvironmentError) -> Self {
    Self(verdict: .warn, subject: subject, message: error.message, remedy: error.remedy)
  }

  /// The server would not run, or would serve nothing.
  static func fail(_ subject: String, _ error: EnvironmentError) -> Self {
    Self(
      verdict: .fail,
      subject: subject,
      message: "\(error.message) [\(error.stableCode)]",
      remedy: error.remedy
    )
  }
}

extension Finding {
  /// The finding as lines: a verdict, aligned, and the remedy below.
  package func text(inColour: Bool) -> String {
    let ink: StyledLine.Ink =
      switch verdict {
      case .ok: .green
      case .warn: .yellow
      case .fail: .boldRed
      }
    var lines = [
      StyledLine(
        .init(verdict.rawValue.padded(to: 6), ink),
        .init(subject.padded(to: 14), .dim),
        .init(message)
      )
    ]
    for line in details + [remedy].compactMap(\.self) {
      lines.append(StyledLine(.init(String(repeating: " ", count: 20)), .init(line, .dim)))
    }
    return lines.map { $0.text(inColour: inColour, width: nil) }.joined(separator: "\n")
  }
}
