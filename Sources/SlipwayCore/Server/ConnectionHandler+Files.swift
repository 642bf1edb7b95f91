import NIOCore
import SystemPackage

// From files to the socket without a copy in our memory.
//
// Why not NIO's FileRegion: where a file has become shorter, sendfile(2) returns 0, which NIO takes
// for a write that may go on as soon as the socket is writable; as that is so at once, the event
// loop spins, and the response never ends. And it would wait for a disk. So the loop hands over what
// it can have at once, and what it cannot is read elsewhere and written through NIO, which knows
// how to wait for the client.
extension ConnectionHandler {
  /// Bytes that one connection may send before the others of its loop have their turn.
  private static let share = 1024 * 1024

  /// Hands bytes of a file to the socket, in this order behind what was written before. Nil if the
  /// connection is no more.
  func transfer(_ file: OpenFile, _ range: Range<Int>) -> OpenFile.Transfer? {
    guard let context, context.channel.isActive else { return nil }
    guard !hasPendingOutput else { return .blocked(after: 0) }
    do throws(Errno) {
      return try file.send(range.prefix(Self.share), to: socket)
    } catch {
      switch error {
      case .brokenPipe, .connectionReset, .socketNotConnected, .badFileDescriptor:
        context.close(promise: nil)
        return nil
      default:
        // A file that cannot be sent this way can be read, or cannot be read either.
        return .blocked(after: 0)
      }
    }
  }

  /// Whether bytes wait in the channel for the socket.
  var hasPendingOutput: Bool {
    let buffered = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
    return buffered != 0
  }
}
