public import HTTPTypes
import NIOCore
import Synchronization

/// Sends the content of a response while it is produced.
public final class ResponseBodyWriter: Sendable {
  private let exchange: Exchange
  private let trailerFields = Mutex(HTTPFields())

  init(exchange: Exchange) {
    self.exchange = exchange
  }

  /// The trailer section that is sent when the content has ended. It is dropped where the content
  /// does not go in chunks (RFC 9110, section 6.5.1).
  public var trailers: HTTPFields {
    get { trailerFields.withLock { $0 } }
    set { trailerFields.withLock { $0 = newValue } }
  }

  /// Sends bytes, and returns when the operating system has taken them: no sooner than a slow client
  /// has room for more.
  ///
  /// - Throws: ``ExchangeError/clientGone``, or `CancellationError` in a cancelled task.
  public func write(_ bytes: [UInt8]) async throws {
    try await write(ByteBuffer(bytes: bytes))
  }

  /// Sends the UTF-8 of `string`, as ``write(_:)-([UInt8])`` does.
  public func write(_ string: String) async throws {
    try await write(ByteBuffer(string: string))
  }

  private func write(_ bytes: ByteBuffer) async throws {
    let outcome = PendingWrite()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        outcome.wait(continuation)
        // A cancellation that came before the continuation found nobody to wake.
        guard !Task.isCancelled else { return outcome.resume(with: .failure(CancellationError())) }
        exchange.write(bytes) { isSent in
          outcome.resume(with: isSent ? .success(()) : .failure(ExchangeError.clientGone))
        }
      }
    } onCancel: {
      outcome.resume(with: .failure(CancellationError()))
    }
  }
}

/// One write, from the call until its first outcome; there may be two, if the task is cancelled.
private final class PendingWrite: Sendable {
  typealias Continuation = CheckedContinuation<Void, any Error>

  private let waiting = Mutex<Continuation?>(nil)

  func wait(_ continuation: Continuation) {
    waiting.withLock { $0 = continuation }
  }

  func resume(with result: Result<Void, any Error>) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(with: result)
  }
}
