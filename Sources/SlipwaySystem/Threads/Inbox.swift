import Glibc

/// A queue that any thread puts messages into and one thread takes them out of, in order.
///
/// Unbounded: what is sent is rare (file changes, builds, keys), never per request.
@safe package final class Inbox<Message: Sendable>: @unchecked Sendable {
  // Unchecked: `messages` is touched only with `lock` held. A condition variable is what
  // Synchronization.Mutex lacks.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var messages: [Message] = []

  package init() {
    unsafe pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(arrival, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(arrival)
    unsafe pthread_mutex_destroy(lock)
    unsafe arrival.deallocate()
    unsafe lock.deallocate()
  }

  /// Adds a message. Never blocks for long.
  package func send(_ message: Message) {
    withLock {
      messages.append(message)
      unsafe pthread_cond_signal(arrival)
    }
  }

  /// All messages that have come, at least one.
  package func receive() -> [Message] {
    withLock {
      while messages.isEmpty { unsafe pthread_cond_wait(arrival, lock) }
      return take()
    }
  }

  /// Like `receive()`, but waits no longer than `limit`: then empty.
  package func receive(within limit: Duration) -> [Message] {
    var deadline = Self.now(plus: max(.zero, limit))
    return withLock {
      while messages.isEmpty {
        // Whatever is wrong with waiting, nothing is waited for.
        guard unsafe pthread_cond_timedwait(arrival, lock, &deadline) == 0 else { break }
      }
      return take()
    }
  }

  /// The messages that are there now, without waiting.
  package func poll() -> [Message] {
    withLock { take() }
  }

  private func take() -> [Message] {
    defer { messages = [] }
    return messages
  }

  private func withLock<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return body()
  }

  private static func now(plus duration: Duration) -> timespec {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    let (seconds, attoseconds) = duration.components
    let nanoseconds = time.tv_nsec + Int(attoseconds / 1_000_000_000)
    // A year is as good as for ever, and far from any overflow.
    time.tv_sec += min(Int(clamping: seconds), 31_536_000) + nanoseconds / 1_000_000_000
    time.tv_nsec = nanoseconds % 1_000_000_000
    return time
  }
}
