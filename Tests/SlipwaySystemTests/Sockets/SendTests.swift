import Glibc
import SlipwaySystem
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SendTests {
  /// A pair of connected sockets that block.
  private static func withPair(
    _ body: (SystemPackage.FileDescriptor, SystemPackage.FileDescriptor) throws -> Void
  ) throws {
    var pair: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
    let ours = SystemPackage.FileDescriptor(rawValue: pair[0])
    let theirs = SystemPackage.FileDescriptor(rawValue: pair[1])
    defer { try? ours.close() }
    try body(ours, theirs)
  }

  @Test func aFullSocketTakesNothingAndDoesNotBlock() throws {
    try Self.withPair { ours, theirs in
      defer { try? theirs.close() }
      let bytes = [UInt8](repeating: 1, count: 100_000)
      var last = 1
      while last > 0 { last = bytes.withUnsafeBytes { ours.sendWithoutWaiting($0) } }
      #expect(last == 0)
    }
  }

  /// Without SIGPIPE, which would end the process.
  @Test func aBrokenConnectionTakesNothing() throws {
    try Self.withPair { ours, theirs in
      try theirs.close()
      #expect([1, 2, 3].withUnsafeBytes { ours.sendWithoutWaiting($0) } == 0)
    }
  }
}
