import NIOCore
import NIOPosix
import SystemPackage

/// Sends pieces of a file as the body of a response.
///
/// A small body is read and travels with its head. Of a large one the event loop hands to the socket
/// what both will take at once (`Exchange.write(_:_:_:)`). Where that would take waiting, a thread
/// of the pool reads one chunk, and only when that is with the operating system the loop goes on: so
/// a slow client costs one chunk of memory, and a slow disk no event loop.
struct FileSender: Sendable {
  /// Bytes up to which a body is read into memory and sent with its head, in one system call. From
  /// here on, to read costs more than a second call.
  private static let smallest = 32 * 1024

  /// Bytes held in memory for an exchange.
  private static let chunk = 64 * 1024

  let exchange: Exchange
  let file: OpenFile
  let threads: NIOThreadPool

  /// Starts and sends the response. Nothing has been sent where the file has become shorter (false),
  /// cannot be read, or cannot be read without waiting (`EAGAIN`).
  func send(
    _ pieces: [FilePiece],
    after head: ResponseHead,
    _ patience: Patience
  ) throws(Errno) -> Bool {
    guard pieces.reduce(0, { $0 + $1.count }) <= Self.smallest else {
      exchange.start(head)
      proceed(pieces[...])
      return true
    }
    var body = ByteBuffer()
    for piece in pieces {
      switch piece {
      case .bytes(let bytes):
        body.writeBytes(bytes)
      case .part(let range):
        guard let bytes = try file.read(range, patience) else { return false }
        if pieces.count == 1 { body = bytes } else { body.writeImmutableBuffer(bytes) }
      }
    }
    exchange.respond(head, body: body)
    return true
  }

  private func proceed(_ pieces: ArraySlice<FilePiece>) {
    switch pieces.first {
    case nil: exchange.finish()
    case .bytes(let bytes): write(ByteBuffer(bytes: bytes), before: pieces.dropFirst())
    case .part(let range): pass(range, before: pieces.dropFirst())
    }
  }

  /// Hands over what can be had without waiting.
  private func pass(_ range: Range<Int>, before rest: ArraySlice<FilePiece>) {
    exchange.write(file, range) { [self] progress in
      switch progress {
      case .sent(let count) where count == range.count:
        proceed(rest)
      case .sent(let count):
        exchange.inNextTurn { pass(range.dropFirst(count), before: rest) }
      case .blocked(let count) where count == range.count:
        proceed(rest)
      case .blocked(let count):
        read(range.dropFirst(count), before: rest)
      case .ended:
        exchange.fail(Self.shrunk)
      case .gone:
        return
      }
    }
  }

  /// Has a thread read the next chunk, and goes on when the client has taken it.
  private func read(_ range: Range<Int>, before rest: ArraySlice<FilePiece>) {
    threads.submit { [self] state in
      guard case .active = state else {
        exchange.fail(AppFailure(message: "The server is stopping."))
        return
      }
      let next = range.prefix(Self.chunk)
      do throws(Errno) {
        guard let bytes = try file.read(next) else { return exchange.fail(Self.shrunk) }
        let missing = range.dropFirst(next.count)
        write(bytes, before: missing.isEmpty ? rest : [.part(missing)] + rest)
      } catch {
        exchange.fail(AppFailure(message: "The file cannot be read: \(error)."))
      }
    }
  }

  private func write(_ bytes: ByteBuffer, before rest: ArraySlice<FilePiece>) {
    if rest.isEmpty {
      exchange.write(bytes)
      exchange.finish()
    } else {
      exchange.write(bytes) { [self] isSent in
        if isSent { proceed(rest) }
      }
    }
  }

  /// Too late for another status: the cut connection tells the client that bytes are missing.
  private static let shrunk = AppFailure(message: "The file became shorter while it was sent.")
}
