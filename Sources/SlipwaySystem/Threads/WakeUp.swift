import CSlipwayShims
import Glibc
package import SystemPackage

/// A descriptor that becomes readable when somebody rings: how a thread in poll(2) is woken.
///
/// Rings are counted together; `silence` forgets them all. See eventfd(2).
package final class WakeUp: Sendable {
  private let event: OwnedDescriptor

  /// To be polled for reading, as long as the wake-up lives.
  package var descriptor: FileDescriptor { event.descriptor }

  package init() throws(Errno) {
    event = OwnedDescriptor(FileDescriptor(rawValue: try Errno.check { slipway_wake_up() }))
  }

  /// Makes the descriptor readable. May be called on any thread.
  package func ring() {
    // EAGAIN would mean that 2^64 - 1 rings are unheard: it is readable then.
    var one: UInt64 = 1
    _ = unsafe write(event.descriptor.rawValue, &one, MemoryLayout<UInt64>.size)
  }

  /// Makes the descriptor unreadable until the next ring.
  package func silence() {
    var rings: UInt64 = 0
    _ = unsafe read(event.descriptor.rawValue, &rings, MemoryLayout<UInt64>.size)
  }
}
