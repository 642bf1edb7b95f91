import Glibc
import SlipwaySystem
import SystemPackage
import Testing

/// What the next image learns of connections. No crash is needed to read it.
@Suite(.timeLimit(.minutes(5)))
struct ConnectionTableTests {
  @Test func whatWaitsIsCarriedWithItsBytes() throws {
    try withTable { area, table, socket in
      let slot = try #require(table.enter(socket))
      Array("GET /half".utf8).withUnsafeBytes { slot.wait(with: $0, heldSince: 12) }
      slot.locate(origin: 2, host: "::1", port: 9, isEncrypted: true, isHTTP2: false)
      let remains = take(from: area)
      #expect(remains.map(\.state) == [.waiting(heldSince: 12)])
      #expect(remains.map(\.text) == ["GET /half"])
      #expect(remains.first?.client.host == "::1")
      #expect(remains.first?.client.isEncrypted == true)
      withExtendedLifetime(slot) {}
    }
  }

  @Test func whatWasDispatchedHasItsHeadOnly() throws {
    try withTable { area, table, socket in
      let slot = try #require(table.enter(socket))
      Array("GET / HTTP/1.1\r\n\r\nGET /next".utf8)
        .withUnsafeBytes { slot.wait(with: $0, heldSince: 0) }
      slot.dispatch(headCount: 18, mount: 3, exchange: 7, begun: 99)
      let remains = take(from: area)
      #expect(remains.map(\.state) == [.dispatched(mount: 3, exchange: 7, begun: 99)])
      #expect(remains.map(\.text) == ["GET / HTTP/1.1\r\n\r\n"])
      withExtendedLifetime(slot) {}
    }
  }

  @Test(arguments: [false, true])
  func aResponseThatHasBegunIsNotCarried(untilClose: Bool) throws {
    try withTable { area, table, socket in
      let slot = try #require(table.enter(socket))
      slot.dispatch(headCount: 0, mount: 0, exchange: 1, begun: 1)
      slot.respond(untilClose: untilClose)
      #expect(take(from: area).isEmpty)
      #expect(fcntl(socket, F_GETFD) == -1)
      withExtendedLifetime(slot) {}
    }
  }

  @Test func aConnectionThatIsGoneLeavesNothing() throws {
    try withTable { area, table, socket in
      do {
        let slot = try #require(table.enter(socket))
        slot.wait(with: UnsafeRawBufferPointer(start: nil, count: 0), heldSince: 0)
      }
      #expect(take(from: area).isEmpty)
      #expect(fcntl(socket, F_GETFD) >= 0)
      close(socket)
    }
  }

  @Test func anotherSocketUnderTheSameNumberIsLeftAlone() throws {
    try withTable { area, table, socket in
      let slot = try #require(table.enter(socket))
      let other = try makeSocket()
      dup2(other, socket)
      #expect(take(from: area).isEmpty)
      #expect(fcntl(socket, F_GETFD) >= 0)
      close(socket)
      close(other)
      withExtendedLifetime(slot) {}
    }
  }

  @Test func whatIsMoreThanThereIsRoomForIsNotCarried() throws {
    try withTable { area, table, socket in
      let slot = try #require(table.enter(socket))
      [UInt8](repeating: 65, count: 1 << 20).withUnsafeBytes { slot.wait(with: $0, heldSince: 0) }
      #expect(take(from: area).isEmpty)
      // Its next request is an ordinary one.
      let again = try #require(table.enter(try makeSocket()))
      Array("x".utf8).withUnsafeBytes { again.wait(with: $0, heldSince: 0) }
      #expect(take(from: area).map(\.text) == ["x"])
      withExtendedLifetime((slot, again)) {}
    }
  }

  @Test func slotsAreUsedAgainAndWhenThereAreNoMoreNothingIsEntered() throws {
    let area = try CrashArea(generation: 1)
    defer { area.close() }
    let table = ConnectionTable(area)
    let socket = try makeSocket()
    defer { close(socket) }
    var slots = (0..<4096).map { _ in table.enter(socket) }
    #expect(slots.allSatisfy { $0 != nil })
    #expect(table.enter(socket) == nil)
    let freed = slots.removeLast()?.index
    #expect(table.enter(socket)?.index == freed)
    #expect(table.enter(FileDescriptor.standardInput.rawValue) == nil)
  }

  private struct Taken {
    var state: ConnectionRemains.State
    var text: String
    var client: ConnectionRemains.Client
  }

  private func take(from area: CrashArea) -> [Taken] {
    var taken: [Taken] = []
    ConnectionRemains.take(from: area) { remains in
      let text = String(decoding: remains.bytes, as: UTF8.self)
      taken.append(Taken(state: remains.state, text: text, client: remains.client))
      _ = remains.release()
    }
    return taken
  }

  private func withTable(
    _ body: (CrashArea, ConnectionTable, Int32) throws -> Void
  ) throws {
    let area = try CrashArea(generation: 1)
    try body(area, ConnectionTable(area), makeSocket())
    area.close()
  }

  private func makeSocket() throws -> Int32 {
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(socket >= 0)
    return socket
  }
}
