/// Several ranges of a file as one body, `multipart/byteranges` (RFC 9110, section 14.6).
struct MultipartRanges {
  let pieces: [FilePiece]
  let contentType: String

  /// - Parameters:
  ///   - contentType: The type of the file, which each part repeats.
  ///   - size: Bytes of the file.
  init(_ ranges: [Range<Int>], contentType: String, size: Int) {
    // Random, so that no file can be made to contain it.
    let boundary =
      "slipway-" + Self.hexadecimal(.random(in: 0...UInt64.max))
      + Self.hexadecimal(.random(in: 0...UInt64.max))
    var pieces: [FilePiece] = []
    for range in ranges {
      let head =
        "\(pieces.isEmpty ? "" : "\r\n")--\(boundary)\r\nContent-Type: \(contentType)\r\n"
        + "Content-Range: bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)\r\n\r\n"
      pieces.append(.bytes(Array(head.utf8)))
      pieces.append(.part(range))
    }
    pieces.append(.bytes(Array("\r\n--\(boundary)--\r\n".utf8)))
    self.pieces = pieces
    self.contentType = "multipart/byteranges; boundary=\(boundary)"
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
