package import NIOCore

/// What one read of a request body brings.
package enum BodyPart: Sendable {
  /// At least one byte.
  case bytes(ByteBuffer)

  /// The body is complete.
  case end(trailers: FieldSection)

  /// The body will never be complete: the client went away or broke the protocol.
  case failed
}
