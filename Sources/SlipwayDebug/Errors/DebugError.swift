import SlipwaySystem

/// Why something about debugging is not possible, and what to do about it.
///
/// Two errors are equal if their codes are.
package struct DebugError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case relayNotStarted = "SW210"
    case tracingForbidden = "SW211"
    case serverFailed = "SW212"
    case refused = "SW213"
    case stoppedAtRestart = "SW214"
    case killRefused = "SW215"
    case notListening = "SW216"
    case noPython = "SW217"
    case exposed = "SW218"
    case toolMissing = "SW160"
    case toolIncomplete = "SW161"
    case stranger = "SW171"
  }

  package let code: Code
  package let message: String
  package let remedy: String?

  package init(code: Code, message: String, remedy: String?) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }

  package var stableCode: String { code.rawValue }

  package static func == (one: Self, other: Self) -> Bool {
    one.code == other.code
  }
}
