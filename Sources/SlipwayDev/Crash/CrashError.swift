package import SlipwaySystem

/// What keeps the server from surviving or explaining a crash.
package struct CrashError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case noGuard = "SW185"
    case notRecorded = "SW186"
  }

  package let code: Code
  package let message: String
  package let remedy: String?
  package let cause: SystemError?

  package var stableCode: String { code.rawValue }

  package static func == (one: Self, other: Self) -> Bool { one.code == other.code }
}

// Every error of the crash guard is made here.
extension CrashError {
  static func noGuard(_ cause: SystemError) -> Self {
    Self(
      code: .noGuard,
      message: "A crash of the application will end the server: \(cause.message)",
      remedy: "Free memory and descriptors, and start again.",
      cause: cause
    )
  }

  static func notRecorded(_ cause: any Error) -> Self {
    Self(
      code: .notRecorded,
      message: "The record of the crash cannot be written: "
        + ((cause as? SystemError)?.message ?? "\(cause)"),
      remedy: "See to space and permissions of .slipway.",
      cause: cause as? SystemError
    )
  }
}
