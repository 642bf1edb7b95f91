import SlipwaySystem

/// Why no debugger can be attached.
///
/// Two errors are equal if their codes are.
package struct AttachError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case notRunning = "SW162"
    case stale = "SW163"
    case socketOff = "SW164"
    case noDebugger = "SW165"
    case needsTCP = "SW166"
    case occupied = "SW167"
  }

  package let code: Code
  package let message: String
  package let remedy: String?

  package var stableCode: String { code.rawValue }

  package static func == (one: Self, other: Self) -> Bool { one.code == other.code }
}

extension AttachError {
  static func notRunning(_ directory: String) -> Self {
    Self(
      code: .notRunning,
      message: "No server runs for \(directory.shownSafely).",
      remedy: "Start one there with “slipway”, or name the directory that is served."
    )
  }

  static func stale(_ path: String, pid: Int32) -> Self {
    Self(
      code: .stale,
      message: "\(path.shownSafely) is left over: process \(pid), which wrote it, is gone.",
      remedy: "Start the server again with “slipway”."
    )
  }

  static func unreadable(_ path: String) -> Self {
    Self(
      code: .stale,
      message: "\(path.shownSafely) is not the file of a server of this version.",
      remedy: "Start the server again with “slipway”."
    )
  }

  static func socketOff(_ directory: String) -> Self {
    Self(
      code: .socketOff,
      message: "The server of \(directory.shownSafely) has no debug socket.",
      remedy: "Start it with --debug-socket 127.0.0.1:4711, or without “debug-socket: off”."
    )
  }

  package static func occupied(by client: String) -> Self {
    Self(
      code: .occupied,
      message: "Another debugger is attached to the server already: \(client.shownSafely).",
      remedy:
        "Detach that one first, with “detach” or “quit” in LLDB and gdb, with its disconnect in an "
        + "editor."
    )
  }

  static func noDebugger(_ reasons: [any ReportableError]) -> Self {
    Self(
      code: .noDebugger,
      message: "There is no debugger that could be attached.",
      remedy: reasons.map { [$0.message, $0.remedy ?? ""].joined(separator: " ") }
        .joined(separator: "\n")
    )
  }

  static func needsTCP(_ path: String) -> Self {
    Self(
      code: .needsTCP,
      message: "Editors reach no Unix socket, and the debug socket is \(path.shownSafely).",
      remedy: "Start the server with --debug-socket 127.0.0.1:4711."
    )
  }
}
