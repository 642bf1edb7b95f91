import Glibc
import SlipwaySystem

/// What the machine does not give: an address, a toolchain, a limit that is high enough.
///
/// Two errors are equal if their codes are.
package struct EnvironmentError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case addressTaken = "SW110"
    case addressNotPermitted = "SW111"
    case addressUnusable = "SW112"
    case noToolchain = "SW113"
    case inotifyLimit = "SW114"
    case directoryMissing = "SW115"
    case directoryNotWritable = "SW116"
    case noPackage = "SW117"
    case noBrowser = "SW118"
    case unknownVariable = "SW119"
    case tooFewDescriptors = "SW141"
    case openToOthers = "SW155"
  }

  package let code: Code
  package let message: String
  package let remedy: String?

  package var stableCode: String { code.rawValue }

  package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
}

extension EnvironmentError {
  /// What to tell when an address cannot be listened on. Looks for the process that holds a taken
  /// port, which reads much of /proc: not on an event loop. `number` is what bind(2) or listen(2)
  /// said; EEXIST if there is something else than a socket at the path of one.
  package static func cannotListen(on address: ListenAddress, errno number: CInt) -> Self {
    switch number {
    case EADDRINUSE: .taken(address, by: address.holder)
    case EEXIST: .inTheWay(of: address)
    case EACCES, EPERM: .notPermitted(address)
    default: .unusable(address, because: String(cString: strerror(number)))
    }
  }

  static func taken(_ address: ListenAddress, by holder: PortHolder?) -> Self {
    guard case .tcp(_, let port) = address else {
      return Self(
        code: .addressTaken,
        message: "\(address.description.shownSafely) is taken.",
        remedy: "Stop the server that listens there, or choose another path with --listen."
      )
    }
    let instead = "choose another port with --listen, such as --listen 127.0.0.1:0 for any."
    guard let holder else {
      return Self(
        code: .addressTaken,
        message: "Port \(port) is taken by a process of another user.",
        remedy: "Stop it, or \(instead)"
      )
    }
    return Self(
      code: .addressTaken,
      message: "Port \(port) is taken by PID \(holder.pid) (\(holder.command.shownSafely)).",
      remedy: "Stop it with “kill \(holder.pid)”, or \(instead)"
    )
  }

  private static func inTheWay(of address: ListenAddress) -> Self {
    Self(
      code: .addressTaken,
      message:
        "Cannot listen on \(address.description.shownSafely): there is something of that name "
        + "that is no socket.",
      remedy: "Move it away, or choose another path with --listen."
    )
  }

  private static func notPermitted(_ address: ListenAddress) -> Self {
    let isLowPort = if case .tcp(_, let port) = address { port > 0 && port < 1024 } else { false }
    return Self(
      code: .addressNotPermitted,
      message: "You may not listen on \(address.description.shownSafely).",
      remedy: isLowPort
        ? "Ports below 1024 belong to root: choose a higher one with --listen."
        : "Choose an address that is yours with --listen."
    )
  }

  private static func unusable(_ address: ListenAddress, because reason: String) -> Self {
    Self(
      code: .addressUnusable,
      message: "Cannot listen on \(address.description.shownSafely): \(reason).",
      remedy: "Choose an address of this machine with --listen, such as 127.0.0.1:8080."
    )
  }

  static func noToolchain(_ reason: String) -> Self {
    Self(
      code: .noToolchain,
      message: "Cannot run “swift”: \(reason).",
      remedy: "Install Swift from https://swift.org/install, and add its usr/bin to PATH."
    )
  }

  static func inotifyInstances(_ limit: Int?) -> Self {
    Self(
      code: .inotifyLimit,
      message: "No inotify instance is left"
        + (limit.map { " of the \($0) that a user may have" } ?? "") + ".",
      remedy: "Raise the limit: sudo sysctl fs.inotify.max_user_instances=1024"
    )
  }

  static func inotifyWatches(needed: Int, left: Int, limit: Int) -> Self {
    Self(
      code: .inotifyLimit,
      message: "\(needed) directories are to be watched, but of \(limit) watches \(left) are left.",
      remedy: "Raise the limit: sudo sysctl fs.inotify.max_user_watches=524288"
    )
  }

  static func directoryMissing(_ path: String, mountedAt prefix: String) -> Self {
    Self(
      code: .directoryMissing,
      message: "\(path.shownSafely), mounted at \(prefix), is not a directory that can be read.",
      remedy: "Create it, or correct the mount."
    )
  }

  /// `limit` is that of getrlimit(2), which cannot be raised from here.
  static func tooFewDescriptors(_ limit: Int, connections: Int) -> Self {
    Self(
      code: .tooFewDescriptors,
      message: "connection-limit is \(connections), but this process may open \(limit) files only:"
        + " beyond that, connections wait instead of being refused.",
      remedy: "Raise the hard limit with ulimit -Hn or LimitNOFILE=, or lower connection-limit."
    )
  }

  static func notWritable(_ path: String, because reason: String) -> Self {
    Self(
      code: .directoryNotWritable,
      message: "Cannot write to \(path.shownSafely): \(reason).",
      remedy: "Slipway keeps its state there: make it writable for you."
    )
  }

  static func noPackage(_ path: String, mountedAt prefix: String) -> Self {
    Self(
      code: .noPackage,
      message: "\(path.shownSafely), mounted at \(prefix), has no Package.swift.",
      remedy: "Name the directory of a package, or mount it as files:\(path.shownSafely)."
    )
  }

  package static func noBrowser(for url: String, because reason: String) -> Self {
    Self(
      code: .noBrowser,
      message: "Cannot open a browser: \(reason).",
      remedy: "Open \(url.shownSafely) yourself."
    )
  }

  static func unknownVariable(_ name: String, nearest: String?) -> Self {
    Self(
      code: .unknownVariable,
      message: "The environment variable \(name.shownSafely) means nothing to Slipway.",
      remedy: nearest.map { "Did you mean \($0)?" }
    )
  }
}
