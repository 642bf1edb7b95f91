/// A connection that has left HTTP for another protocol (RFC 9110, section 7.8): what the client
/// sends as a sequence of bytes, and the way back.
///
/// The sequence ends when the client shuts its side; that does not keep the application from
/// writing on. It is to be read by one task at a time.
public struct Tunnel: AsyncSequence, Sendable {
  /// Some bytes, at least one, cut anywhere.
  public typealias Element = [UInt8]

  let exchange: Exchange
  private let reader: BodyReader
  private let writer: ResponseBodyWriter

  init(exchange: Exchange) {
    self.exchange = exchange
    reader = BodyReader(exchange: exchange)
    writer = ResponseBodyWriter(exchange: exchange)
  }

  /// Sends bytes as they are, and returns when the operating system has taken them: no sooner than
  /// a slow client has room for more.
  ///
  /// - Throws: ``ExchangeError/clientGone``, or `CancellationError` in a cancelled task.
  public func write(_ bytes: [UInt8]) async throws {
    try await writer.write(bytes)
  }

  /// Begins, or goes on, reading. The client sends no faster than is read here.
  public func makeAsyncIterator() -> Iterator {
    Iterator(reader: reader)
  }

  /// Reads what the client sends.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let reader: BodyReader

    /// The next bytes, or nil when the client has shut its side.
    ///
    /// - Throws: ``ExchangeError/clientGone``, or `CancellationError` in a cancelled task.
    public mutating func next() async throws -> [UInt8]? {
      do {
        return try await reader.next()
      } catch let error as ExchangeError where error == .bodyIncomplete {
        throw ExchangeError.clientGone
      }
    }
  }
}
