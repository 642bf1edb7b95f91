import Glibc
import SlipwaySystem

/// Threads that take no signals: pthreads(7).
///
/// Signals that a terminal or a user sends reach the threads that handle them instead; a terminal
/// that has gone to another process group cannot stop the process through such a thread. Faults of
/// the thread itself stay unblocked, for the crash guard.
extension NamedThread {
  /// Starts a thread that is to be joined. nil if the system has no room for one more.
  static func signalFree(
    _ name: String,
    _ body: @escaping @Sendable () -> Void
  ) -> NamedThread? {
    withSignalsBlocked { try? NamedThread(name, body) }
  }

  /// Starts a thread that nobody waits for. Returns whether it could be started.
  @discardableResult
  static func detachSignalFree(
    _ name: String,
    _ body: @escaping @Sendable () -> Void
  ) -> Bool {
    withSignalsBlocked { (try? NamedThread.detach(name, body)) != nil }
  }

  /// A thread inherits the mask of the one that starts it, so it is born with this one.
  private static func withSignalsBlocked<Result>(_ body: () -> Result) -> Result {
    var blocked = sigset_t()
    var before = sigset_t()
    sigfillset(&blocked)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS] {
      sigdelset(&blocked, fault)
    }
    pthread_sigmask(SIG_SETMASK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
  }
}
