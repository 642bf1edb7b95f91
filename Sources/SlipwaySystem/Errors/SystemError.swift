package import SystemPackage

/// A failure of the operating system that the user can understand and mostly mend.
///
/// Two errors are equal if their codes are.
package struct SystemError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case addressInUse = "SW001"
    case addressUnavailable = "SW002"
    case addressNotPermitted = "SW003"
    case addressUnknown = "SW004"
    case descriptorNotListening = "SW005"
    case fileNotWritten = "SW006"
    case locked = "SW007"
    case restartFailed = "SW008"
    case handoffUnreadable = "SW009"
    case outOfDescriptors = "SW010"
    case directoryNotCreated = "SW011"
    case systemCallFailed = "SW012"
  }

  package let code: Code
  package let message: String
  package let remedy: String?
  package let cause: Errno?

  package var stableCode: String { code.rawValue }

  package static func == (one: Self, other: Self) -> Bool {
    one.code == other.code
  }
}

// Every error of this target is made here.
extension SystemError {
  /// See bind(2) and listen(2).
  static func listening(on address: String, failedWith errno: Errno) -> Self {
    switch errno {
    case .addressInUse:
      Self(
        code: .addressInUse,
        message: "Cannot listen on \(address): another process has that address.",
        remedy: "Stop it, or choose another address with --listen.",
        cause: errno
      )
    case .permissionDenied, .notPermitted:
      Self(
        code: .addressNotPermitted,
        message: "Cannot listen on \(address): permission denied.",
        remedy: "Choose a port from 1024 up, or a path that you may write to, with --listen.",
        cause: errno
      )
    case .addressNotAvailable:
      Self(
        code: .addressUnavailable,
        message: "Cannot listen on \(address): this machine does not have that address.",
        remedy: "Choose one of its own, such as 127.0.0.1, with --listen.",
        cause: errno
      )
    default:
      Self(
        code: .addressUnavailable,
        message: "Cannot listen on \(address): \(errno).",
        remedy: "Choose another address with --listen.",
        cause: errno
      )
    }
  }

  static func unknownHost(_ host: String, reason: String) -> Self {
    Self(
      code: .addressUnknown,
      message: "Cannot listen on \(host): \(reason).",
      remedy: "Use a numeric address such as 127.0.0.1, or a name that /etc/hosts knows.",
      cause: nil
    )
  }

  static func fileInTheWay(_ path: String) -> Self {
    Self(
      code: .addressInUse,
      message: "Cannot listen on unix:\(path): there is something else of that name.",
      remedy: "Move it away, or choose another path.",
      cause: .fileExists
    )
  }

  static func pathTooLong(_ path: String, limit: Int) -> Self {
    Self(
      code: .addressUnknown,
      message: "The path of the Unix socket \(path) has more than \(limit) bytes.",
      remedy: "Choose a shorter one.",
      cause: nil
    )
  }

  /// See getsockopt(2), SO_ACCEPTCONN in socket(7).
  static func notListening(_ descriptor: CInt, cause: Errno?) -> Self {
    Self(
      code: .descriptorNotListening,
      message: "Descriptor \(descriptor) is not a listening socket.",
      remedy: "Whoever starts Slipway must pass a socket that it has bound and listened on.",
      cause: cause
    )
  }

  package static func writing(_ path: String, failedWith errno: Errno) -> Self {
    Self(
      code: .fileNotWritten,
      message: "Cannot write \(path): \(errno).",
      remedy: errno == .noSpace ? "Free some space on that disk." : "See to its permissions.",
      cause: errno
    )
  }

  package static func creatingDirectory(_ path: String, failedWith errno: Errno) -> Self {
    Self(
      code: .directoryNotCreated,
      message: "Cannot create the directory \(path): \(errno).",
      remedy: errno == .noSpace ? "Free some space on that disk." : "See to its permissions.",
      cause: errno
    )
  }

  static func alreadyLocked(_ path: String, holder: String?) -> Self {
    let who = holder.map { "process \($0)" } ?? "another process"
    return Self(
      code: .locked,
      message: "Slipway already serves this directory: \(who) holds \(path).",
      remedy: "Use that one, stop it, or serve another directory.",
      cause: nil
    )
  }

  /// See execve(2).
  static func executing(_ path: String, failedWith errno: Errno) -> Self {
    Self(
      code: .restartFailed,
      message: "Cannot restart: \(path) does not start: \(errno).",
      remedy: "The server goes on with the code it has. See that the executable is in its place.",
      cause: errno
    )
  }

  package static func unreadableHandoff(_ reason: String) -> Self {
    Self(
      code: .handoffUnreadable,
      message: "The record of the previous generation cannot be used: \(reason).",
      remedy: "Slipway starts afresh; open connections are lost.",
      cause: nil
    )
  }

  /// Any other call: see its man page.
  package static func call(_ name: String, failedWith errno: Errno) -> Self {
    let isDescriptorLimit = errno == .tooManyOpenFiles || errno == .tooManyOpenFilesInSystem
    return Self(
      code: isDescriptorLimit ? .outOfDescriptors : .systemCallFailed,
      message: "\(name) failed: \(errno).",
      remedy: isDescriptorLimit ? "Raise the limit of open files with ulimit -n." : nil,
      cause: errno
    )
  }
}
