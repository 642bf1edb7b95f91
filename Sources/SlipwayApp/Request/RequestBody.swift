import CSlipwayABI
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

  private let source: Source

  fileprivate enum Source {
    case exchange(ExchangeRun)
    case memory(MemoryBody)
  }

  init(_ run: ExchangeRun) {
    let length = run.request.contentLength
    self.contentLength = length == SLIPWAY_LENGTH_UNKNOWN ? nil : Int(exactly: length)
    self.source = .exchange(run)
  }

  /// A body without a client, for the tests of an application. It arrives in the given chunks.
  public init(chunks: [[UInt8]], trailers: HTTPFields = [:]) {
    self.contentLength = trailers.isEmpty ? chunks.map(\.count).reduce(0, +) : nil
    self.source = .memory(MemoryBody(chunks: chunks, trailers: trailers))
  }

  /// A body without a client, for the tests of an application.
  public init(_ bytes: [UInt8]) {
    self.init(chunks: [bytes])
  }

  /// The trailer section, once the body has been read to its end; nil before.
  public var trailers: HTTPFields? {
    switch source {
    case .exchange(let run): run.bodyReader.trailers
    case .memory(let body): body.trailers
    }
  }

  /// Reads the rest of the body into memory.
  ///
  /// - Parameter maximum: How many bytes are acceptable.
  /// - Throws: ``ExchangeError/bodyTooLarge`` as soon as it is known that there are more.
  public func collect(upTo maximum: Int) async throws -> [UInt8] {
    if let contentLength, contentLength > maximum { throw ExchangeError.bodyTooLarge }
    var collected: [UInt8] = []
    collected.reserveCapacity(contentLength ?? 0)
    for try await chunk in self {
      guard chunk.count <= maximum - collected.count else { throw ExchangeError.bodyTooLarge }
      collected += chunk
    }
    return collected
  }

  /// Begins, or goes on, reading.
  public func makeAsyncIterator() -> Iterator {
    Iterator(source: source)
  }

  /// Reads a body chunk by chunk.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let source: Source

    /// The next chunk, or nil at the end of the body.
    public mutating func next() async throws -> [UInt8]? {
      switch source {
      case .exchange(let run): try await run.bodyReader.next()
      case .memory(let body): body.next()
      }
    }
  }
}
