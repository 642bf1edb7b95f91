package import NIOCore

/// Watches whether a client takes what it is sent, while something waits to be taken.
///
/// What counts is what waits in all: bytes that the channel holds, and bytes in the kernel that the
/// client has not acknowledged. The kernel asks for more only when much of its buffer is free, so
/// to look at the channel alone would take a slow client for one that has stopped.
package struct OutputStall {
  /// Since when nothing has been taken, as far as has been seen.
  package private(set) var since: NIODeadline

  /// The bytes that waited then.
  private var waiting: Int

  package init(since: NIODeadline, waiting: Int) {
    self.since = since
    self.waiting = waiting
  }

  /// A whole write is with the operating system, others wait.
  package mutating func wroteSome(_ now: NIODeadline) {
    since = now
  }

  /// Looks once more; true if as much waits as did the last time. Nothing else can change the
  /// number between two looks but the client, and the application, which then is not stuck either.
  package mutating func isStuck(waiting now: Int, at time: NIODeadline) -> Bool {
    if now == waiting { return true }
    waiting = now
    since = time
    return false
  }
}
