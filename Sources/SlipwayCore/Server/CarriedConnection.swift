package import SlipwaySystem
import Synchronization
package import SystemPackage

/// A live connection on its way from one generation to the next.
///
/// The record owns the descriptor: a connection whose record is dropped is closed.
package final class CarriedConnection: Sendable {
  /// Everything that was read and not dispatched, from the first byte of a request; may be empty,
  /// a part of a head, several requests.
  package let bytes: [UInt8]

  /// When the request at the beginning of `bytes` was first held: nanoseconds of CLOCK_MONOTONIC,
  /// which all generations share.
  package let heldSince: UInt64?

  /// Where its client is.
  package let origin: ConnectionOrigin

  /// What answers the request at the beginning of `bytes`, whatever its mount: the application that
  /// had it has crashed, and it must not be done twice. The connection ends behind the response.
  package let answer: (any Application)?

  /// What the tunnel that the connection is has to know to go on; nil if it is none.
  package let tunnel: String?

  /// Keeps the connection over a crash.
  let slot: ConnectionSlot?

  private let owned: Mutex<OwnedDescriptor?>

  package convenience init(
    descriptor: consuming OwnedDescriptor,
    bytes: [UInt8],
    heldSince: UInt64?,
    origin: ConnectionOrigin = .peer,
    answer: (any Application)? = nil,
    tunnel: String? = nil
  ) {
    self.init(
      descriptor: descriptor,
      bytes: bytes,
      heldSince: heldSince,
      origin: origin,
      answer: answer,
      tunnel: tunnel,
      slot: nil
    )
  }

  init(
    descriptor: consuming OwnedDescriptor,
    bytes: [UInt8],
    heldSince: UInt64?,
    origin: ConnectionOrigin,
    answer: (any Application)? = nil,
    tunnel: String? = nil,
    slot: ConnectionSlot?
  ) {
    self.bytes = bytes
    self.heldSince = heldSince
    self.origin = origin
    self.answer = answer
    self.tunnel = tunnel
    self.slot = slot
    owned = Mutex(descriptor)
  }

  /// The descriptor while the record owns it: to be named in a handoff.
  package var descriptor: FileDescriptor? {
    owned.withLock { $0?.descriptor }
  }

  /// Gives the descriptor away; nil if that has been done.
  package func takeDescriptor() -> FileDescriptor? {
    owned.withLock { $0.take()?.release() }
  }
}
