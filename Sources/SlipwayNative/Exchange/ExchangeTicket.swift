/// What an application holds of an exchange: a number in the shape of a pointer, never an address.
///
/// 24 bits name a slot of the table, 12 bits the application, 28 bits which use of the slot is
/// meant. That makes a ticket that is used after its end, or was never issued, a number without
/// meaning instead of a dangling pointer.
package struct ExchangeTicket: Sendable, Hashable {
  package static let slotLimit: UInt64 = 1 << 24
  package static let applicationLimit: UInt64 = 1 << 12
  package static let useLimit: UInt64 = 1 << 28

  package let bits: UInt64

  /// The arguments are below the limits; `use` is at least 1, so that no ticket is NULL.
  package init(slot: UInt64, application: UInt64, use: UInt64) {
    self.bits = use << 36 | application << 24 | slot
  }

  package init(bits: UInt64) {
    self.bits = bits
  }

  package var slot: UInt64 { bits & (Self.slotLimit - 1) }

  package var application: UInt64 { bits >> 24 & (Self.applicationLimit - 1) }

  package var use: UInt64 { bits >> 36 }
}

extension ExchangeTicket {
  /// The ticket that an application handed back, whatever it may be.
  init(_ pointer: OpaquePointer?) {
    self.init(bits: UInt64(UInt(bitPattern: pointer)))
  }

  /// The form in which the application gets it.
  var pointer: OpaquePointer? {
    unsafe OpaquePointer(bitPattern: UInt(bits))
  }
}
