import Glibc
import SlipwaySystem
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ListeningSocketTests {
  @Test func theSystemChoosesAPort() throws {
    let descriptors = try ListeningSocket.tcp(host: "127.0.0.1", port: 0)
    defer { for descriptor in descriptors { try? descriptor.close() } }
    let address = try #require(BoundAddress(of: descriptors[0]))
    guard case .tcp("127.0.0.1", let port) = address else {
      Issue.record("\(address)")
      return
    }
    #expect(port > 0)
    #expect(address.url == "http://127.0.0.1:\(port)")
  }

  @Test func aTakenPortIsNamed() throws {
    let taken = try ListeningSocket.tcp(host: "127.0.0.1", port: 0)
    defer { for descriptor in taken { try? descriptor.close() } }
    guard case .tcp(_, let port) = BoundAddress(of: taken[0]) else { return }
    let error = #expect(throws: SystemError.self) {
      try ListeningSocket.tcp(host: "127.0.0.1", port: port)
    }
    #expect(error?.code == .addressInUse)
    #expect(error?.message.contains("127.0.0.1:\(port)") == true)
  }

  @Test(.enabled(if: hasIPv6), arguments: ["localhost", "LocalHost.", "app.localhost"])
  func localhostIsBothLoopbackAddressesOnOnePort(_ name: String) throws {
    let descriptors = try ListeningSocket.tcp(host: name, port: 0)
    defer { close(descriptors) }
    let addresses = descriptors.compactMap { BoundAddress(of: $0) }
    guard case .tcp(_, let port)? = addresses.first else {
      Issue.record("\(addresses)")
      return
    }
    #expect(addresses == [.tcp(host: "127.0.0.1", port: port), .tcp(host: "::1", port: port)])
    #expect(port > 0)
  }

  @Test func anAddressThatTheMachineLacksIsPassedOverWhereAnotherServes() throws {
    // 2001:db8::/32 is for documentation (RFC 3849). It fails as ::1 does where there is no IPv6.
    let descriptors = try ListeningSocket.tcp(hosts: ["127.0.0.1", "2001:db8::1"], port: 0)
    defer { close(descriptors) }
    #expect(descriptors.count == 1)
    let error = #expect(throws: SystemError.self) {
      try ListeningSocket.tcp(hosts: ["2001:db8::1"], port: 0)
    }
    #expect(error?.code == .addressUnavailable)
  }

  @Test func allAddressesGetOnePortOrNoneIsKept() throws {
    // The second is never free once the first is taken, however many ports are tried.
    let error = #expect(throws: SystemError.self) {
      try ListeningSocket.tcp(hosts: ["127.0.0.1", "127.0.0.1"], port: 0)
    }
    #expect(error?.code == .addressInUse)
  }

  @Test(.enabled(if: hasIPv6)) func localhostIsTakenIfEitherAddressIs() throws {
    let taken = try ListeningSocket.tcp(host: "::1", port: 0)
    defer { close(taken) }
    guard case .tcp(_, let port)? = taken.first.flatMap({ BoundAddress(of: $0) }) else { return }
    // A browser would reach the other server there.
    let error = #expect(throws: SystemError.self) {
      try ListeningSocket.tcp(host: "localhost", port: port)
    }
    #expect(error?.code == .addressInUse)
  }

  @Test func tellsWhatOtherMachinesCanReach() throws {
    #expect(!BoundAddress.tcp(host: "127.0.0.1", port: 1).isReachableFromOutside)
    #expect(!BoundAddress.tcp(host: "127.9.9.9", port: 1).isReachableFromOutside)
    #expect(!BoundAddress.tcp(host: "::1", port: 1).isReachableFromOutside)
    #expect(!BoundAddress.unix(path: "/run/app.sock").isReachableFromOutside)
    #expect(BoundAddress.tcp(host: "0.0.0.0", port: 1).isReachableFromOutside)
    #expect(BoundAddress.tcp(host: "::", port: 1).isReachableFromOutside)
    #expect(BoundAddress.tcp(host: "192.168.1.20", port: 1).isReachableFromOutside)
    #expect(BoundAddress.tcp(host: "fe80::1%eth0", port: 1).isReachableFromOutside)
  }

  private func close(_ descriptors: [FileDescriptor]) {
    for descriptor in descriptors { try? descriptor.close() }
  }

  @Test func anUnknownHostIsRefused() {
    #expect(throws: SystemError.self) { try ListeningSocket.tcp(host: "no such host", port: 0) }
  }

  @Test func aSocketFileIsPrivateAndAnAbandonedOneIsReplaced() throws {
    let path = "/tmp/slipway-listen-\(getpid()).sock"
    defer { unlink(path) }
    let first = try ListeningSocket.unix(path: path)
    var status = stat()
    stat(path, &status)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(throws: SystemError.self) { try ListeningSocket.unix(path: path) }
    try first.close()
    let second = try ListeningSocket.unix(path: path)
    #expect(BoundAddress(of: second) == .unix(path: path))
    try second.close()
  }

  @Test func aFileThatIsNoSocketIsNeverReplaced() throws {
    let path = "/tmp/slipway-listen-\(getpid()).txt"
    try AtomicFile.write("kept".utf8, to: path)
    defer { unlink(path) }
    #expect(throws: SystemError.self) { try ListeningSocket.unix(path: path) }
    #expect(WholeFile.text(at: path) == "kept")
  }

  @Test func aPathThatIsTooLongIsRefused() {
    let path = "/tmp/" + String(repeating: "x", count: 200)
    #expect(throws: SystemError.self) { try ListeningSocket.unix(path: path) }
  }

  @Test func onlyAListeningSocketIsInherited() throws {
    let file = try FileDescriptor.open("/dev/null", .readOnly)
    defer { try? file.close() }
    #expect(throws: SystemError.self) { _ = try ListeningSocket(inheriting: file).address }
    let listening = try ListeningSocket.tcp(host: "127.0.0.1", port: 0)
    #expect(try ListeningSocket(inheriting: listening[0]).address.url.hasPrefix("http://"))
  }
}

/// Whether this machine has ::1.
private let hasIPv6: Bool = {
  guard let sockets = try? ListeningSocket.tcp(host: "::1", port: 0) else { return false }
  for socket in sockets { try? socket.close() }
  return true
}()
