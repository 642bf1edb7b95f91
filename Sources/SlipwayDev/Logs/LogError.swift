import SlipwaySystem
import SystemPackage

/// Trouble with what the server writes down, or with what the application prints.
///
/// Two errors are equal if their codes are.
package struct LogError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case notOpened = "SW150"
    case notWritten = "SW151"
    case writtenAgain = "SW152"
    case notRotated = "SW153"
    case outputNotCaptured = "SW154"
  }

  package let code: Code
  package let message: String
  package let remedy: String?

  package var stableCode: String { code.rawValue }

  package static func == (one: Self, other: Self) -> Bool { one.code == other.code }
}

// Every error of the logs is made here.
extension LogError {
  static func notOpened(_ path: String, _ errno: Errno) -> Self {
    Self(
      code: .notOpened,
      message: "Cannot open the log \(path): \(errno).",
      remedy: "See to the directory and its permissions; it is tried again with every line."
    )
  }

  static func notWritten(_ path: String, _ errno: Errno) -> Self {
    Self(
      code: .notWritten,
      message: "Cannot write to the log \(path): \(errno). Lines are left out until that works.",
      remedy: errno == .noSpace || errno == Errno(rawValue: 122) ? "Free space on the disk." : nil
    )
  }

  static func writtenAgain(_ path: String, lost: Int) -> Self {
    Self(
      code: .writtenAgain,
      message:
        "The log \(path) is written again; \(lost.counted("line")) \(lost == 1 ? "is" : "are")"
        + " missing.",
      remedy: nil
    )
  }

  static func notRotated(_ path: String, _ errno: Errno) -> Self {
    Self(
      code: .notRotated,
      message: "Cannot rename the log \(path): \(errno). It grows beyond its limit.",
      remedy: "See to the permissions of its directory."
    )
  }

  static func outputNotCaptured(_ cause: SystemError) -> Self {
    Self(
      code: .outputNotCaptured,
      message: "The application's output is shown as it comes. \(cause.message)",
      remedy: cause.remedy
    )
  }

  static func noGuard(_ cause: SystemError) -> Self {
    Self(
      code: .outputNotCaptured,
      message: "What the application prints just before it dies may not be shown. \(cause.message)",
      remedy: cause.remedy
    )
  }
}
