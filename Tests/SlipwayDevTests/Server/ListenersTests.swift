import Glibc
import SlipwayDev
import SlipwaySystem
import SlipwayTestSupport
import SystemPackage
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
      // The number may be another file's by now: other tests run beside this one.
      let address = BoundAddress(of: FileDescriptor(rawValue: dropped))
      #expect(address != .unix(path: directory.path("socket")))
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

  @Test func aFileInThePlaceOfASocketIsNamedAsSuchAndLeftAlone() throws {
    try withScratchDirectory { directory in
      try directory.write("kept", to: "notes.txt")
      let path = directory.path("notes.txt")
      let listeners = try Listeners([.unix(path: path), anyPort], inherited: [])
      defer { close(listeners) }
      let problem = try #require(listeners.problems.first)
      #expect(problem.stableCode == "SW110")
      #expect(problem.message.contains("unix:\(path): there is something of that name"))
      #expect(problem.remedy?.contains("Stop") == false)
      #expect(try read(path) == "kept")
      // And before the start.
      var configuration = DevConfiguration(directory: directory.path)
      configuration.listen = [.unix(path: path)]
      let findings = Checkup(configuration: configuration, environment: [:]).run()
      #expect(findings.contains { $0.message.contains("something of that name that is no socket") })
    }
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

  @Test func localhostIsToldAsOneAddress() throws {
    let listeners = try Listeners([.tcp(host: "localhost", port: 0)], inherited: [])
    defer { close(listeners) }
    let port = try #require(listeners.urls.first?.split(separator: ":").last)
    #expect(listeners.urls == ["http://localhost:\(port)"])
    #expect(!listeners.isReachableFromOutside)
    let next = try Listeners([.tcp(host: "localhost", port: 0)], inherited: listeners.open)
    #expect(next.urls == listeners.urls)
    #expect(next.open.map(\.descriptor) == listeners.open.map(\.descriptor))
  }

  @Test func tellsOfWhatIsReachableFromOutsideOnce() throws {
    let every = ListenAddress.tcp(host: "0.0.0.0", port: 0)
    let first = try Listeners([anyPort], inherited: [])
    #expect(!first.isReachableFromOutside)
    #expect(first.newlyReachable == [])
    let second = try Listeners([anyPort, every], inherited: first.open)
    #expect(second.isReachableFromOutside)
    #expect(second.newlyReachable.map(\.place).map { $0.hasPrefix("0.0.0.0:") } == [true])
    let third = try Listeners([anyPort, every], inherited: second.open)
    defer { close(third) }
    #expect(third.isReachableFromOutside)
    #expect(third.newlyReachable == [])
  }

  private func close(_ listeners: Listeners) {
    for listener in listeners.open { Glibc.close(listener.descriptor) }
  }
}
