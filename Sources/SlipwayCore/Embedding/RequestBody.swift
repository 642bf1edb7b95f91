public import HTTPTypes

/// The content of a request, as the chunks in which it arrives.
///
/// The client sends no faster than the body is read. It can be read once; all copies of the value
/// read the same body, one reader at a time. Reading throws ``ExchangeError/bodyIncomplete`` if the
/// client goes away or breaks the protocol.
public struct RequestBody: AsyncSequence, Sendable {
  /// Some bytes, at least one.
  public typealias Element = [UInt8]

  /// How many bytes the client announced; nil if it did not say.
  public let contentLength: Int?

  private let reader: BodyReader

  init(of exchange: Exchange) {
    switch exchange.request.body {
    case .none: contentLength = 0
    case .known(let count): contentLength = count
    case .unknown: contentLength = nil
    }
    reader = BodyReader(exchange: exchange)
  }

  /// The trailer section, once the body has been read to its end; nil before.
  public var trailers: HTTPFields? { reader.trailers }

  /// Reads the rest of the body into memory.
  ///
  /// - Parameter maximum: How many bytes are acceptable.
  /// - Throws: ``ExchangeError/bodyTooLarge`` as soon as it is known that there are more.
  public func collect(upTo maximum: Int) async throws -> [UInt8] {
    if let contentLength, contentLength > maximum { throw ExchangeError.bodyTooLarge }
    var collected: [UInt8] = []
    for try await chunk in self {
      guard chunk.count <= maximum - collected.count else { throw ExchangeError.bodyTooLarge }
      collected += chunk
    }
    return collected
  }

  /// Begins, or goes on, reading.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: reader) }

  /// Reads a body chunk by chunk.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let reader: BodyReader

    /// The next chunk, or nil at the end of the body.
    public mutating func next() async throws -> [UInt8]? { try await reader.next() }
  }
}
