import Glibc
package import SlipwaySystem
import SystemPackage

/// How a command that ends with an error says so on standard error.
package enum ErrorReport {
  /// Writes the message, the remedy and the code.
  package static func write(_ error: any ReportableError, environment: [String: String]) {
    let isInColour = Terminal.isInColour(.standardError, environment: environment)
    LineOutput(.standardError).write(text(for: error, inColour: isInColour) + "\n")
  }

  static func text(for error: any ReportableError, inColour: Bool) -> String {
    let messages = error.message.splitIntoLines(limit: 200)
    var lines = [
      StyledLine(
        .init("slipway: ", .boldRed),
        .init(messages[0]),
        .init(" [\(error.stableCode)]", .dim)
      )
    ]
    lines += messages.dropFirst().map { StyledLine(.init($0)) }
    lines += (error.remedy?.splitIntoLines(limit: 50) ?? []).map { StyledLine(.init("  " + $0)) }
    return lines.map { $0.text(inColour: inColour, width: nil) }.joined(separator: "\n")
  }
}
