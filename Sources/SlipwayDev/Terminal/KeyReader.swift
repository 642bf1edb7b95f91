import Glibc
import SlipwaySystem
import Synchronization

/// Reads single keys from the terminal on standard input, on a thread of its own.
///
/// It does nothing where standard input is no terminal. While the process is in the background the
/// terminal is left alone; after `fg` the first line typed is noticed and keys work again. Ctrl-Z
/// sets the terminal back before the process stops.
///
/// One key reader at a time in a process.
package final class KeyReader: Sendable {
  private struct State: ~Copyable {
    var thread: NamedThread?
  }

  private let state = Mutex(State())
  private let isStopping = Atomic(false)
  private let onKey: @Sendable (Key) -> Void

  /// `onKey` is called on the reader's thread. It may take its time, but must not call `stop`.
  package init(onKey: @escaping @Sendable (Key) -> Void) {
    self.onKey = onKey
  }

  /// Begins to read. Returns whether there is a terminal to read from.
  @discardableResult
  package func start() -> Bool {
    guard Terminal.isInteractive else { return false }
    return state.withLock { state in
      if state.thread != nil { return true }
      guard let signals = JobSignals() else { return false }
      isStopping.store(false, ordering: .relaxed)
      // The closure is called once; a noncopyable value cannot be captured otherwise.
      let handedOver = Mutex<JobSignals?>(signals)
      state.thread = NamedThread.signalFree("slipway-keys") { [self] in
        let signals = handedOver.withLock { $0.take() }
        if let signals { read(signals) }
      }
      return state.thread != nil
    }
  }

  /// Stops reading, waits for the thread, and puts the settings of the terminal back. Returns only
  /// when all that is done, so that `execve` may follow.
  package func stop() {
    state.withLock { state in
      isStopping.store(true, ordering: .relaxed)
      guard let thread = state.thread.take() else { return }
      JobSignals.wake()
      thread.join()
    }
    Terminal.restore()
  }

  // MARK: - On the thread

  private func read(_ signals: borrowing JobSignals) {
    var isReadable = Terminal.enterKeyMode()
    while !isStopping.load(ordering: .relaxed) {
      var wanted = [
        pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      ]
      // What is typed while the process is in the background is meant for the shell: it stays
      // unread, and must not keep this thread awake.
      let count = isReadable ? poll(&wanted, 2, -1) : poll(&wanted, 1, Self.backgroundPause)
      if count < 0, errno != EINTR { return }
      isReadable = true
      if wanted[0].revents != 0 {
        if signals.takeStop() {
          Terminal.restore()
          // The whole group got SIGTSTP; this completes what the handler has put off.
          kill(getpid(), SIGSTOP)
        }
        if !isStopping.load(ordering: .relaxed) { _ = Terminal.enterKeyMode() }
      } else if wanted[1].revents != 0 {
        let isGone = wanted[1].revents & ~Int16(POLLIN) != 0
        isReadable = Terminal.enterKeyMode()
        if isReadable, !readKeys() { return }
        if isGone { return }
      }
    }
  }

  /// Milliseconds until unread input is looked at again.
  private static let backgroundPause: Int32 = 1000

  /// Takes what has been typed. Returns whether more may come.
  private func readKeys() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(STDIN_FILENO, &bytes, bytes.count)
    guard count >= 0 else { return errno == EINTR || errno == EAGAIN }
    for key in Key.keys(in: bytes.prefix(count)) where !isStopping.load(ordering: .relaxed) {
      onKey(key)
    }
    return true
  }
}
