import CSlipwayABI
public import HTTPTypes
import Synchronization

/// Sends the content of a response while it is produced.
public final class ResponseBodyWriter: Sendable {
  private enum Sink {
    case exchange(Exchange)
    case memory(CollectedBody)
  }

  private let sink: Sink
  private let trailerFields = Mutex(HTTPFields())

  init(exchange: Exchange) {
    sink = .exchange(exchange)
  }

  init(into body: CollectedBody) {
    sink = .memory(body)
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
    switch sink {
    case .exchange(let exchange):
      let pending = PendingWrite()
      try await pending.outcome {
        unsafe withABIBytes(of: bytes) { unsafe pending.start(writing: $0, to: exchange) }
      }
    case .memory(let body): try body.append(bytes)
    }
  }

  /// Sends the UTF-8 of `string`, as ``write(_:)-([UInt8])`` does.
  public func write(_ string: String) async throws {
    switch sink {
    case .exchange(let exchange):
      let pending = PendingWrite()
      try await pending.outcome {
        unsafe withABIBytes(of: string) { unsafe pending.start(writing: $0, to: exchange) }
      }
    case .memory(let body): try body.append(Array(string.utf8))
    }
  }

  /// Sends bytes, as ``write(_:)-([UInt8])`` does.
  public func write(_ bytes: some Sequence<UInt8>) async throws {
    try await write(Array(bytes))
  }
}
