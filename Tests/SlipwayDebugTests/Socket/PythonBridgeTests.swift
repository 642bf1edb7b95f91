import Glibc
import SlipwayDebug
import SlipwaySystem
import SlipwayTestSupport
import SystemPackage
import Testing

/// What stands between an editor and the adapter of the Python debugger.
@Suite(.timeLimit(.minutes(5))) struct PythonBridgeTests {
  /// More than the sockets and the bridge hold together.
  private static let much = [UInt8](repeating: 7, count: 32 << 20)

  /// As an adapter with one thread does, which the editor's bytes must not keep from being read.
  @Test func anAdapterThatReadsOnlyOnceItHasBeenReadHoldsUpNobody() throws {
    try withBridge { editor, adapter in
      let adapterIsDone = Concurrent {
        try adapter.writeAll(Self.much)
        return try Self.count(from: adapter)
      }
      let editorHasSent = Concurrent { try editor.writeAll(Self.much) }
      #expect(try Self.count(from: editor) == Self.much.count)
      _ = try editorHasSent.value()
      #expect(try adapterIsDone.value() == Self.much.count)
    }
  }

  @Test func theLastWordsOfTheAdapterAreHeard() throws {
    try withBridge { editor, adapter in
      try adapter.writeAll(Array("terminated".utf8))
      _ = shutdown(adapter.rawValue, Int32(SHUT_WR))
      var bytes = [UInt8](repeating: 0, count: 100)
      var heard: [UInt8] = []
      while case let count = Glibc.read(editor.rawValue, &bytes, bytes.count), count > 0 {
        heard += bytes[..<count]
      }
      #expect(heard == Array("terminated".utf8))
    }
  }

  /// How many bytes came, of as many as are sent.
  private static func count(from descriptor: FileDescriptor) throws -> Int {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var total = 0
    while total < much.count {
      let count = Glibc.read(descriptor.rawValue, &bytes, bytes.count)
      guard count > 0 else { break }
      total += count
    }
    return total
  }

  /// Both ends as the bridge's peers have them: of sockets that block.
  private func withBridge(_ body: (FileDescriptor, FileDescriptor) throws -> Void) throws {
    let listeners = try ListeningSocket.tcp(host: "127.0.0.1", port: 0)
    defer { for listener in listeners { try? listener.close() } }
    guard case .tcp(_, let port)? = BoundAddress(of: listeners[0]) else { return }
    let (ours, theirs) = try FileDescriptor.connectedPair()
    try PythonBridge.start(OwnedDescriptor(theirs), port: port)
    let number = Glibc.accept(listeners[0].rawValue, nil, nil)
    try #require(number >= 0)
    let adapter = FileDescriptor(rawValue: number)
    for end in [ours, adapter] {
      _ = fcntl(end.rawValue, F_SETFL, fcntl(end.rawValue, F_GETFL) & ~O_NONBLOCK)
    }
    defer { for end in [ours, adapter] { try? end.close() } }
    try body(ours, adapter)
  }
}
