import SlipwaySystem
import SystemPackage

/// What can go wrong with the gateway as a whole.
package struct CoreError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case listenerUnusable = "SW034"
  }

  package let code: Code
  package let message: String
  package let remedy: String?

  package var stableCode: String { code.rawValue }

  package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

  static func listenerUnusable(_ listener: FileDescriptor, cause: Errno) -> CoreError {
    CoreError(
      code: .listenerUnusable,
      message: "Descriptor \(listener.rawValue) cannot be listened on: \(cause).",
      remedy: "Check the listening addresses, and `ulimit -n` if descriptors ran out."
    )
  }
}
