import Glibc
import SlipwayDev
import SlipwaySystem
import SlipwayTestSupport
import Testing

/// What a new configuration does to the sockets that are open.
@Suite(.timeLimit(.minutes(5)))
struct ListenersTests {
  private let anyPort = ListenAddress.tcp(host: "127.0.0.1", port: 0)

  @Test func anInheritedSocketIsKeptWithItsPort() throws {
    let first = try Listeners([anyPort], inherited: [])
    defer { close(first) }
    let next = try Listeners([anyPort], inherited: first.open)
    #expect(next.open.map(\.descriptor) == first.open.map(\.descriptor))
    #expect(next.urls == first.urls)
  }

  @Test func anAddressThatIsDroppedIsClosedAndItsFileGoes() throws {
    try withScratchDirectory { directory in
      let file = ListenAddress.unix(path: directory.path("socket"))
      let first = try Listeners([anyPort, file], inherited: [])
      #expect(first.urls.last == "unix:\(directory.path("socket"))")
      let next = try Listeners([anyPort], inherited: first.open)
      defer { close(next) }
      #expect(next.open.map(\.address) == [anyPort])
      #expect(access(directory.path("socket"), F_OK) == -1)
      let dropped = try #require(first.open.last).descriptor
      #expect(fcntl(dropped, F_GETFD) == -1)
    }
  }

  @Test func anAddressThatIsTakenIsAProblemAndTheOthersServe() throws {
    let taken = try Listeners([anyPort], inherited: [])
    defer { close(taken) }
    let port = try #require(taken.urls.first?.split(separator: ":").last.flatMap { Int($0) })
    let listeners = try Listeners([.tcp(host: "127.0.0.1", port: port), anyPort], inherited: [])
    defer { close(listeners) }
    #expect(listeners.open.map(\.address) == [anyPort])
    #expect(listeners.problems.map(\.stableCode) == ["SW110"])
  }

  @Test func whatIsOpenStaysOpenIfNothingElseCanBe() throws {
    let first = try Listeners([anyPort], inherited: [])
    defer { close(first) }
    let impossible = ListenAddress.unix(path: "/nonexistent/socket")
    let next = try Listeners([impossible], inherited: first.open)
    #expect(next.urls == first.urls)
    #expect(next.problems.count == 1)
    #expect(throws: SystemError.self) { try Listeners([impossible], inherited: []) }
  }

  private func close(_ listeners: Listeners) {
    for listener in listeners.open { Glibc.close(listener.descriptor) }
  }
}
