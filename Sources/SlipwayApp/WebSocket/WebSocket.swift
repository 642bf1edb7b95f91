import CSlipwayABI
import Synchronization

/// A WebSocket (RFC 6455), made by ``Response/webSocket(_:protocols:from:maximumMessageSize:_:)``.
///
/// Pings are answered, and the closing handshake is kept, without the application. Everything may be
/// called on any task.
public final class WebSocket: Sendable {
  /// What is sent and received.
  public enum Message: Sendable, Hashable {
    /// Text, which goes as UTF-8.
    case text(String)
    /// Bytes.
    case binary([UInt8])
  }

  private struct State {
    var closeCode: CloseCode?
    var hasSentClose = false
  }

  /// The subprotocol that both sides have agreed on; nil for none.
  public let subprotocol: String?

  private let exchange: Exchange
  private let received = MessageSlot()
  private let state = Mutex(State())

  init(exchange: Exchange, subprotocol: String?) {
    self.exchange = exchange
    self.subprotocol = subprotocol
  }

  // MARK: Messages

  /// What the client sends, message by message, until the connection is closed by either side or
  /// the task is cancelled. ``closeCode`` then says why.
  ///
  /// The client sends no faster than messages are taken here, one ahead. A program that only sends
  /// need not read: it is cancelled when the client closes.
  public var messages: Messages { Messages(slot: received) }

  /// The messages of one WebSocket.
  public struct Messages: AsyncSequence, Sendable {
    fileprivate let slot: MessageSlot

    /// Begins, or goes on, taking messages.
    public func makeAsyncIterator() -> Iterator { Iterator(slot: slot) }

    /// Takes messages one by one.
    public struct Iterator: AsyncIteratorProtocol {
      fileprivate let slot: MessageSlot

      /// The next message, or nil when there will be none.
      public mutating func next() async -> Message? { await slot.take() }
    }
  }

  /// Sends a message, and returns when the operating system has taken it: no sooner than a slow
  /// client has room for more.
  ///
  /// - Throws: ``WebSocketError/closed``, ``ExchangeError/clientGone``, or `CancellationError` in a
  ///   cancelled task.
  public func send(_ message: Message) async throws {
    switch message {
    case .text(let text): try await write(Frame.encoded(.text, text.utf8))
    case .binary(let bytes): try await write(Frame.encoded(.binary, bytes))
    }
  }

  /// Sends a text message, as ``send(_:)-(Message)`` does.
  public func send(_ text: String) async throws {
    try await send(.text(text))
  }

  /// Sends a ping, for connections that somebody on the way would take for dead.
  public func ping() async throws {
    try await write(Frame.encoded(.ping, []))
  }

  /// Sends a frame. Nothing may follow a close frame (RFC 6455, section 5.5.1): the lock sees to
  /// the order.
  private func write(_ frame: [UInt8]) async throws {
    let pending = PendingWrite()
    try await pending.outcome {
      try state.withLock { state in
        guard !state.hasSentClose else { throw WebSocketError.closed }
        unsafe withABIBytes(of: frame) { unsafe pending.start(writing: $0, to: exchange) }
      }
    }
  }

  // MARK: Closing

  /// Why the connection was closed, in the words of whoever said so first; nil while it is open.
  public var closeCode: CloseCode? { state.withLock(\.closeCode) }

  /// Begins to close: nothing can be sent any more, and the messages end with what the client had
  /// still to say. The connection closes when the closure that serves it has returned.
  ///
  /// - Parameters:
  ///   - code: Why. One that cannot be sent, such as ``CloseCode/noStatus``, goes as no code at all.
  ///   - reason: For the client's log. Cut after 123 bytes, which is all that fits.
  public func close(_ code: CloseCode = .normal, reason: String = "") {
    state.withLock { state in
      state.closeCode = state.closeCode ?? code
      guard !state.hasSentClose else { return }
      state.hasSentClose = true
      exchange.post(Frame.close(code, reason))
    }
  }

  /// Reads until the connection is closed: hands out messages, answers what the protocol wants
  /// answered.
  func attend(_ tunnel: Tunnel, maximumMessageSize: Int) async {
    defer { received.end() }
    var decoder = FrameDecoder(maximumMessageSize: maximumMessageSize)
    do {
      for try await bytes in tunnel {
        decoder.append(bytes)
        while let event = try decoder.next() {
          switch event {
          case .message(let message): await received.put(message)
          // After a close frame it is not owed any more.
          case .ping(let data): try? await write(Frame.encoded(.pong, data))
          case .pong: break
          case .close(let code, _): return close(code)
          }
        }
      }
    } catch let violation as FrameDecoder.Violation {
      return close(violation.code, reason: violation.reason)
    } catch {
      // The client is gone, or the task was cancelled.
    }
    state.withLock { $0.closeCode = $0.closeCode ?? .abnormal }
  }
}
