import SlipwaySystem
package import SystemPackage

/// What can go wrong while watching files. Only the first two are thrown; the others are reported
/// and the watcher lives on. Equal by code.
package struct WatchError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case alreadyWatching = "SW060"
    case noThread = "SW061"
    case tooManyInstances = "SW062"
    case tooManyWatches = "SW063"
    case eventsUnavailable = "SW064"
    case queueOverflow = "SW065"
    case unreadableDirectory = "SW066"
    case rootMissing = "SW067"
    case remoteFilesystem = "SW068"
    case unwatchableDirectory = "SW069"
  }

  package let code: Code
  package let message: String
  package let remedy: String?
  package let cause: Errno?

  package var stableCode: String { code.rawValue }

  package static func == (left: Self, right: Self) -> Bool {
    left.code == right.code
  }
}

extension WatchError {
  static let alreadyWatching = WatchError(
    code: .alreadyWatching,
    message: "A second file watcher cannot be started in this process.",
    remedy: "Stop the first one; libinotifytools keeps its state once per process.",
    cause: nil
  )

  static func noThread(_ cause: Errno) -> WatchError {
    WatchError(
      code: .noThread,
      message: "The thread that watches files could not be started: \(cause).",
      remedy: "Raise the limit of processes and threads (ulimit -u), or free memory.",
      cause: cause
    )
  }

  static func tooManyInstances(_ cause: Errno) -> WatchError {
    WatchError(
      code: .tooManyInstances,
      message: "The kernel gives out no further inotify instance, so files are polled: \(cause).",
      remedy: """
        Close other watching programs, raise the limit of open files (ulimit -n), or raise the \
        limit of instances: sudo sysctl fs.inotify.max_user_instances=1024
        """,
      cause: cause
    )
  }

  static func tooManyWatches(_ directory: String, limit: Int) -> WatchError {
    WatchError(
      code: .tooManyWatches,
      message: """
        The kernel watches no further directory, so \(directory) and others are polled: the \
        limit fs.inotify.max_user_watches = \(limit) is reached.
        """,
      remedy: """
        Raise it: sudo sysctl fs.inotify.max_user_watches=\(max(524_288, limit.multipliedSafely)) \
        (to keep it, put that line into /etc/sysctl.d/60-inotify.conf), or list directories that \
        need no watching under `ignore`.
        """,
      cause: .noSpace
    )
  }

  static func eventsUnavailable(_ why: String, _ cause: Errno? = nil) -> WatchError {
    WatchError(
      code: .eventsUnavailable,
      message: "inotify cannot be used, so files are polled: \(why).",
      remedy: "Changes are noticed a little later than usual; restart to try again.",
      cause: cause
    )
  }

  static func queueOverflow(limit: Int) -> WatchError {
    WatchError(
      code: .queueOverflow,
      message: "More files changed at once than the kernel's queue holds; everything was compared.",
      remedy: "Nothing was missed. If it happens often: sudo sysctl "
        + "fs.inotify.max_queued_events=\(max(65_536, limit.multipliedSafely))",
      cause: nil
    )
  }

  static func unreadableDirectory(_ directory: String, _ cause: Errno) -> WatchError {
    WatchError(
      code: .unreadableDirectory,
      message: "The directory \(directory) cannot be read, so it is not watched: \(cause).",
      remedy: "Make it readable (chmod u+rx); it is then watched without a restart.",
      cause: cause
    )
  }

  static func rootMissing(_ root: WatchRoot) -> WatchError {
    WatchError(
      code: .rootMissing,
      message: "\(root.path) does not exist (\(root.reason)).",
      remedy: "It is watched as soon as it is there.",
      cause: .noSuchFileOrDirectory
    )
  }

  static func remoteFilesystem(_ directory: String, type: String) -> WatchError {
    WatchError(
      code: .remoteFilesystem,
      message: """
        \(directory) is on a filesystem that does not tell of every change (\(type)), so it is \
        polled too.
        """,
      remedy: "Changes made elsewhere are noticed a little later than those made on this machine.",
      cause: nil
    )
  }

  static func unwatchableDirectory(_ directory: String, _ cause: Errno) -> WatchError {
    WatchError(
      code: .unwatchableDirectory,
      message: "The directory \(directory) cannot be watched, so it is polled: \(cause).",
      remedy: nil,
      cause: cause
    )
  }
}

extension Int {
  /// Twice the value, or the value itself where that would overflow.
  fileprivate var multipliedSafely: Int {
    let (doubled, overflow) = multipliedReportingOverflow(by: 2)
    return overflow ? self : doubled
  }
}
