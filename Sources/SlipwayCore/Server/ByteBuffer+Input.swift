package import NIOCore

extension ByteBuffer {
  /// Puts what was just read behind what is left of the reads before.
  ///
  /// The room of what has been taken is used again. NIO's buffers do not do that by themselves, so
  /// one that is never quite empty, because each read ends inside of a request, would grow by all
  /// that the connection ever brings.
  package mutating func append(read bytes: inout ByteBuffer) {
    discardReadBytes()
    writeBuffer(&bytes)
  }
}
