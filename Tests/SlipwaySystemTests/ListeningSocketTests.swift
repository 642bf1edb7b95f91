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
