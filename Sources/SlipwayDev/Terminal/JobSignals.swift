import Glibc
import Synchronization

/// Turns SIGTSTP (Ctrl-Z) and SIGCONT into something that a thread can poll: a socket that they
/// write to. See sigaction(2), socketpair(2).
///
/// Process-global: one owner at a time.
struct JobSignals: ~Copyable {
  /// Becomes readable when a signal has come.
  let descriptor: Int32

  private let writeEnd: Int32
  private var stopBefore = sigaction()
  private var continueBefore = sigaction()

  /// What the handlers see: a descriptor, or -1; and whether Ctrl-Z was pressed.
  private static let target = Atomic<Int32>(-1)
  private static let isStopWanted = Atomic(false)

  /// nil if there is no descriptor left.
  init?() {
    var ends: [Int32] = [-1, -1]
    // A socket pair and not a pipe: it is born with close-on-exec and non-blocking.
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    guard socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else { return nil }
    descriptor = ends[0]
    writeEnd = ends[1]
    // Touches the globals before a handler does: their first access would take a lock.
    Self.isStopWanted.store(false, ordering: .relaxed)
    Self.target.store(writeEnd, ordering: .releasing)

    var action = sigaction()
    action.sa_flags = SA_RESTART
    action.__sigaction_handler.sa_handler = { _ in JobSignals.note(stop: false) }
    sigaction(SIGCONT, &action, &continueBefore)
    sigaction(SIGTSTP, nil, &stopBefore)
    // A shell without job control has it ignored; so it stays.
    if !stopBefore.isIgnored {
      action.__sigaction_handler.sa_handler = { _ in JobSignals.note(stop: true) }
      sigaction(SIGTSTP, &action, nil)
    }
  }

  deinit {
    var stop = stopBefore
    var resume = continueBefore
    sigaction(SIGTSTP, &stop, nil)
    sigaction(SIGCONT, &resume, nil)
    Self.target.store(-1, ordering: .relaxed)
    close(writeEnd)
    close(descriptor)
  }

  /// Makes `descriptor` readable, as a signal does.
  static func wake() { note(stop: false) }

  /// Whether Ctrl-Z has been pressed since the last call.
  func takeStop() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &bytes, bytes.count) == bytes.count {}
    return Self.isStopWanted.exchange(false, ordering: .relaxed)
  }

  /// Called in signal handlers: atomics and write(2) only, errno put back.
  private static func note(stop: Bool) {
    let error = errno
    if stop { isStopWanted.store(true, ordering: .relaxed) }
    var byte: UInt8 = 0
    // A full socket is readable already, which is all that is wanted.
    _ = write(target.load(ordering: .acquiring), &byte, 1)
    errno = error
  }
}

extension sigaction {
  fileprivate var isIgnored: Bool {
    unsafeBitCast(__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
  }
}
