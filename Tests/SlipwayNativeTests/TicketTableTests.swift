import SlipwayNative
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TicketTableTests {
  @Test func findsAnOccupantUntilItIsRemoved() throws {
    let table = TicketTable<String>()
    let ticket = try #require(table.insert("barque", application: 3, hint: 9))
    #expect(ticket.application == 3)
    #expect(table.update(ticket) { $0 += "s" } != nil)
    #expect(table.remove(ticket) == "barques")
    #expect(table.remove(ticket) == nil)
    #expect(table.update(ticket) { $0 } == nil)
  }

  @Test func keepsWhatMayNotBeRemoved() throws {
    let table = TicketTable<Int>()
    let ticket = try #require(table.insert(1, application: 0, hint: 0))
    #expect(table.remove(ticket, if: { $0 == 2 }) == nil)
    #expect(table.remove(ticket, if: { $0 == 1 }) == 1)
  }

  @Test func neverIssuesATicketTwice() throws {
    // 16 parts of 1 slot with 7 uses each.
    let table = TicketTable<Int>(slotLimit: 16, useLimit: 8)
    var issued: Set<ExchangeTicket> = []
    while let ticket = table.insert(1, application: 0, hint: 0) {
      #expect(issued.insert(ticket).inserted)
      #expect(table.remove(ticket) == 1)
    }
    #expect(issued.count == 7)
    #expect(table.insert(1, application: 0, hint: 1) != nil)
  }

  @Test func isFullWhenItsSlotsAre() throws {
    let table = TicketTable<Int>(slotLimit: 32)
    #expect(table.insert(1, application: 0, hint: 5) != nil)
    #expect(table.insert(2, application: 0, hint: 5) != nil)
    #expect(table.insert(3, application: 0, hint: 5) == nil)
  }

  @Test(arguments: [0, 1, 0x10, 0x7fff_ffff_ffff, .max])
  func doesNotKnowWhatItDidNotIssue(bits: UInt64) throws {
    let table = TicketTable<Int>()
    _ = try #require(table.insert(1, application: 0, hint: 0))
    #expect(table.remove(ExchangeTicket(bits: bits)) == nil)
  }

  @Test func letsOneOfManyEnd() async throws {
    let table = TicketTable<Int>()
    for round in 0..<200 {
      let ticket = try #require(table.insert(round, application: 0, hint: 0))
      let ends = await withTaskGroup(of: Int.self) { group in
        for _ in 0..<4 { group.addTask { table.remove(ticket) == nil ? 0 : 1 } }
        return await group.reduce(0, +)
      }
      #expect(ends == 1)
    }
  }
}
