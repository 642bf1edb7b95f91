import CSlipwayShims
import Glibc

/// This process as a debugger sees it. See ptrace(2).
package enum Tracing {
  /// The process that traces this one, nil if none does: proc(5), `TracerPid`.
  package static var tracer: Int32? {
    tracer(of: "self")
  }

  /// Whether another process is traced, by whomever.
  package static func isTraced(_ process: Int32) -> Bool {
    tracer(of: "\(process)") != nil
  }

  /// Whether another process is traced by a certain one, or by one that this has started.
  package static func isTraced(_ process: Int32, by ancestor: Int32) -> Bool {
    // The kernel tells of the thread that traces.
    var tracer = tracer(of: "\(process)").flatMap { number("Tgid", of: $0) }
    // An adapter's debugger server is its child, or a child of that.
    for _ in 0..<8 {
      guard let candidate = tracer, candidate > 1 else { return false }
      if candidate == ancestor { return true }
      tracer = number("PPid", of: candidate)
    }
    return false
  }

  /// Whether another process is stopped by a signal.
  package static func isStopped(_ process: Int32) -> Bool {
    status("State", of: "\(process)") == "T"
  }

  private static func tracer(of process: String) -> Int32? {
    status("TracerPid", of: process).flatMap { Int32($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  private static func number(_ key: String, of process: Int32) -> Int32? {
    status(key, of: "\(process)").flatMap { Int32($0) }
  }

  /// Allows a process and its descendants to trace this one, as far as that is ours to allow.
  package static func allow(by process: Int32) {
    slipway_allow_tracing_by(process)
  }

  /// Why a child of this process may not trace it, as far as the kernel tells.
  package static var obstacle: Obstacle? {
    obstacle(
      status: WholeFile.text(at: "/proc/self/status"),
      scope: WholeFile.text(at: "/proc/sys/kernel/yama/ptrace_scope")
    )
  }

  /// The same for a process and a machine of which the kernel tells these.
  ///
  /// - Parameters:
  ///   - status: `/proc/PID/status`.
  ///   - scope: `/proc/sys/kernel/yama/ptrace_scope`; empty where there is no Yama.
  package static func obstacle(status: String, scope: String) -> Obstacle? {
    // Yama lets nobody at 3, whatever he may do otherwise.
    if scope.first == "3" { return .neverAgain }
    if mayTraceAnything(status) { return nil }
    if scope.first == "2" { return .onlyWithCapability }
    // Filters of container engines forbid the call to processes without the capability.
    return field("Seccomp", of: status) == "2" ? .perhapsFiltered : nil
  }

  package enum Obstacle: Sendable, Hashable {
    /// `kernel.yama.ptrace_scope` is 2.
    case onlyWithCapability
    /// `kernel.yama.ptrace_scope` is 3, and cannot be changed until the next boot.
    case neverAgain
    /// A seccomp filter is in force, as in containers; it may allow ptrace(2) or not.
    case perhapsFiltered
  }

  /// Whether the effective capabilities include CAP_SYS_PTRACE, number 19: capabilities(7).
  private static func mayTraceAnything(_ status: String) -> Bool {
    guard let capabilities = field("CapEff", of: status).flatMap({ UInt64($0, radix: 16) }) else {
      return false
    }
    return capabilities & (1 << 19) != 0
  }

  private static func status(_ key: String, of process: String) -> Substring? {
    field(key, of: WholeFile.text(at: "/proc/\(process)/status"))
  }

  private static func field(_ key: String, of status: String) -> Substring? {
    let prefix = key + ":"
    return status.split(separator: "\n")
      .first { $0.hasPrefix(prefix) }?
      .dropFirst(prefix.count)
      .split(whereSeparator: \.isWhitespace)
      .first
  }
}
