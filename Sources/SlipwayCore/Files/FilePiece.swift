/// A piece of a response body.
package enum FilePiece: Sendable {
  /// Bytes of our own.
  case bytes([UInt8])

  /// Bytes of the file.
  case part(Range<Int>)

  var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .part(let range): range.count
    }
  }
}
