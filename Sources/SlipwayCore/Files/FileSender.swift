import NIOCore
import NIOPosix
import SystemPackage

/// Sends a part of a file as the body of a response: one chunk is read, sent, and only when it is
/// with the operating system the next one is read.
struct FileSender: Sendable {
  /// Bytes held in memory for an exchange.
  private static let chunk = 64 * 1024

  let exchange: Exchange
  let file: OpenFile
  let threads: NIOThreadPool

  /// Starts and sends the response. If the file has become shorter (false) or cannot be read, this
  /// shows at the first chunk, and nothing has been sent yet.
  func send(_ range: Range<Int>, after head: ResponseHead) throws(Errno) -> Bool {
    let first = range.prefix(Self.chunk)
    guard let bytes = try file.read(first) else { return false }
    if first.count == range.count {
      exchange.respond(head, body: bytes)
    } else {
      exchange.start(head)
      write(bytes, before: range.dropFirst(first.count))
    }
    return true
  }

  private func write(_ bytes: ByteBuffer, before rest: Range<Int>) {
    exchange.write(bytes) { [self] isSent in
      guard isSent else { return }
      threads.submit { state in
        guard case .active = state else {
          exchange.fail(AppFailure(message: "The server is stopping."))
          return
        }
        send(rest)
      }
    }
  }

  private func send(_ rest: Range<Int>) {
    let next = rest.prefix(Self.chunk)
    do throws(Errno) {
      guard let bytes = try file.read(next) else {
        // Too late for another status: the cut connection tells the client that bytes are missing.
        exchange.fail(AppFailure(message: "The file became shorter while it was sent."))
        return
      }
      if next.count == rest.count {
        exchange.write(bytes)
        exchange.finish()
      } else {
        write(bytes, before: rest.dropFirst(next.count))
      }
    } catch {
      exchange.fail(AppFailure(message: "The file cannot be read: \(error)."))
    }
  }
}
