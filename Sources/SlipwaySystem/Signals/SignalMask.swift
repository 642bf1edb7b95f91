import Glibc

/// The set of signals blocked in a thread, as it was before all were blocked.
package struct SignalMask: Sendable {
  private let before: sigset_t

  /// Blocks every signal in the calling thread. A blocked signal that arrives waits, and still
  /// waits in the next program after execve(2).
  package static func blockAll() -> SignalMask {
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    return SignalMask(before: before)
  }

  /// Unblocks every signal in the calling thread.
  package static func unblockAll() {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
  }

  /// Gives the calling thread the mask it had.
  package func restore() {
    var before = before
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
  }
}
