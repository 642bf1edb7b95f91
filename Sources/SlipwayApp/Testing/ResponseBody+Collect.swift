import Synchronization

extension ResponseBody {
  /// The whole content, for the tests of an application. A streaming body is produced for it.
  ///
  /// - Parameter maximum: How many bytes are acceptable.
  /// - Throws: ``ExchangeError/bodyTooLarge`` if there are more: a body that never ends is ended so,
  ///   because its next write throws. Else what the body throws.
  public func collect(upTo maximum: Int) async throws -> [UInt8] {
    let collected = CollectedBody(maximum: maximum)
    switch content {
    case .string(let string): try collected.append(Array(string.utf8))
    case .bytes(let bytes): try collected.append(bytes)
    // What follows a switch of protocols is no content.
    case .tunnel: break
    case .stream(let produce): try await produce(ResponseBodyWriter(into: collected))
    }
    return collected.bytes
  }
}

/// What a body has written so far.
final class CollectedBody: Sendable {
  private let maximum: Int
  private let collected = Mutex<[UInt8]>([])

  init(maximum: Int) {
    self.maximum = maximum
  }

  var bytes: [UInt8] { collected.withLock { $0 } }

  func append(_ bytes: [UInt8]) throws {
    try Task.checkCancellation()
    try collected.withLock { collected in
      guard bytes.count <= maximum - collected.count else { throw ExchangeError.bodyTooLarge }
      collected += bytes
    }
  }
}
