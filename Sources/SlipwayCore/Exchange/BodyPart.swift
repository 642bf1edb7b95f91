package import NIOCore
package import NIOHTTP1

/// What one read of a request body brings.
package enum BodyPart: Sendable {
  /// At least one byte.
  case bytes(ByteBuffer)

  /// The body is complete.
  case end(trailers: HTTPHeaders)

  /// The body will never be complete: the client went away or broke the protocol.
  case failed
}
