import CSlipwayShims
import Glibc
import SlipwaySystem
import Synchronization
import SystemPackage

/// A second descriptor of the inotify queue, which any thread may ask whether events are unread.
///
/// A descriptor of our own, because the library closes and reopens its own at will; the number of
/// this one stays valid and means no other file until the probe goes.
final class EventQueueProbe: Sendable {
  private let number = Atomic<Int32>(-1)

  deinit {
    let number = number.load(ordering: .acquiring)
    if number >= 0 { close(number) }
  }

  /// Looks at this queue from now on. Watch thread only.
  func attach(to queue: FileDescriptor) throws(Errno) {
    let current = number.load(ordering: .acquiring)
    if current >= 0 {
      guard dup2(queue.rawValue, current) >= 0 else { throw Errno(rawValue: errno) }
      _ = fcntl(current, F_SETFD, FD_CLOEXEC)
      return
    }
    let duplicate = fcntl(queue.rawValue, F_DUPFD_CLOEXEC, 0)
    guard duplicate >= 0 else { throw Errno(rawValue: errno) }
    number.store(duplicate, ordering: .sequentiallyConsistent)
  }

  /// Looks at nothing any more, so that the kernel can free the queue. Watch thread only.
  func detach() {
    let current = number.load(ordering: .acquiring)
    guard current >= 0 else { return }
    // /dev/null has no unread bytes: ioctl(2) refuses the question.
    let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard null >= 0 else { return }
    dup2(null, current)
    _ = fcntl(current, F_SETFD, FD_CLOEXEC)
    close(null)
  }

  /// One more descriptor of the queue, for whoever wants it to outlive all others. Nil if there is none.
  func duplicate() -> OwnedDescriptor? {
    let current = number.load(ordering: .acquiring)
    guard current >= 0 else { return nil }
    let duplicate = fcntl(current, F_DUPFD_CLOEXEC, 0)
    return duplicate < 0 ? nil : OwnedDescriptor(FileDescriptor(rawValue: duplicate))
  }

  /// Any thread; one system call, no lock.
  var hasUnread: Bool {
    slipway_unread_bytes(number.load(ordering: .sequentiallyConsistent)) > 0
  }
}
