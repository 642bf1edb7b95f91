import Synchronization

/// What tickets stand for: the exchanges that native applications have.
///
/// Guarantees: a ticket finds its exchange until the exchange is ended, and nothing ever after. A
/// slot whose uses have run out is retired, so no ticket is ever issued twice. Ending is decided
/// under a lock: of two calls that end the same exchange at the same time, one finds nothing.
///
/// Every function may be called on any thread. The table is cut into parts with a lock each,
/// because every call of every application comes through here.
package final class TicketTable<Occupant: Sendable>: Sendable {
  private struct Slot {
    var use: UInt64
    var occupant: Occupant?
  }

  private struct Slots {
    var all: [Slot] = []
    var free: [Int] = []
  }

  private final class Part: Sendable {
    let slots = Mutex(Slots())
  }

  private let parts = (0..<partCount).map { _ in Part() }

  private let perPart: Int

  private let lastUse: UInt64

  /// The limits are those of the ticket, save in tests.
  package init(
    slotLimit: UInt64 = ExchangeTicket.slotLimit,
    useLimit: UInt64 = ExchangeTicket.useLimit
  ) {
    self.perPart = Int(slotLimit) / partCount
    self.lastUse = useLimit - 1
  }

  /// Issues a ticket; nil if more exchanges are running than there are tickets.
  ///
  /// - Parameter hint: Any number that differs between exchanges that run at the same time.
  package func insert(_ occupant: Occupant, application: UInt64, hint: UInt64) -> ExchangeTicket? {
    let part = Int(hint % UInt64(partCount))
    return parts[part].slots
      .withLock { slots in
        let index: Int
        if let free = slots.free.popLast() {
          index = free
          slots.all[index].use += 1
          slots.all[index].occupant = occupant
        } else if slots.all.count < perPart {
          index = slots.all.count
          slots.all.append(Slot(use: 1, occupant: occupant))
        } else {
          return nil
        }
        return ExchangeTicket(
          slot: UInt64(index * partCount + part),
          application: application % ExchangeTicket.applicationLimit,
          use: slots.all[index].use
        )
      }
  }

  /// Calls `body` with the occupant of a ticket, under the lock: `body` must not call out. Returns
  /// nil if the ticket is not valid.
  package func update<Result: Sendable>(
    _ ticket: ExchangeTicket,
    _ body: (inout Occupant) -> Result
  ) -> Result? {
    let (part, index) = place(of: ticket)
    return part.slots.withLock { slots in
      // Taken out and put back: a copy would be one of all that the occupant refers to.
      guard slots.all.indices.contains(index), slots.all[index].use == ticket.use,
        var occupant = slots.all[index].occupant.take()
      else { return nil }
      defer { slots.all[index].occupant = occupant }
      return body(&occupant)
    }
  }

  /// Makes a ticket invalid. Returns nil if it was not valid, or `condition` does not hold.
  package func remove(
    _ ticket: ExchangeTicket,
    if condition: (Occupant) -> Bool = { _ in true }
  ) -> Occupant? {
    let (part, index) = place(of: ticket)
    return part.slots.withLock { slots in
      guard slots.all.indices.contains(index), slots.all[index].use == ticket.use,
        let occupant = slots.all[index].occupant.take()
      else { return nil }
      guard condition(occupant) else {
        slots.all[index].occupant = occupant
        return nil
      }
      if slots.all[index].use < lastUse { slots.free.append(index) }
      return occupant
    }
  }

  private func place(of ticket: ExchangeTicket) -> (Part, Int) {
    let (index, part) = Int(ticket.slot).quotientAndRemainder(dividingBy: partCount)
    return (parts[part], index)
  }
}

/// A power of two keeps the slots of a part together with the ticket's bits.
private let partCount = 16
