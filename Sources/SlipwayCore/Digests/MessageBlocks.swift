/// A message as the digests of FIPS 180-4 take it (sections 5.1.1 and 5.2.1): padded to whole blocks of
/// 512 bits, each 16 words, the most significant byte first.
struct MessageBlocks: Sequence {
  private let padded: [UInt8]

  init(of message: [UInt8]) {
    let bits = UInt64(message.count) &* 8
    padded =
      message + [0x80] + [UInt8](repeating: 0, count: (119 - message.count % 64) % 64)
      + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
  }

  func makeIterator() -> some IteratorProtocol<[UInt32]> {
    stride(from: 0, to: padded.count, by: 64).lazy
      .map { [padded] block in
        stride(from: block, to: block + 64, by: 4)
          .map { padded[$0..<$0 + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
      }
      .makeIterator()
  }
}

extension [UInt32] {
  /// The words of a digest as its bytes.
  var bigEndianBytes: [UInt8] {
    flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
  }
}

extension UInt32 {
  /// ROTL of FIPS 180-4, section 3.2; `right` is its ROTR.
  func rotated(left count: UInt32) -> UInt32 { self << count | self >> (32 - count) }

  func rotated(right count: UInt32) -> UInt32 { rotated(left: 32 - count) }
}
