/// A 64-bit fingerprint of a file's content: equal content, equal value, in every process and
/// generation (which rules `Hasher` out). Made to tell edits apart, not to withstand forgery.
///
/// One lane of XXH64: its step for eight bytes, for single bytes, and its final mix (xxHash fast
/// digest algorithm, doc/xxhash_spec.md, "XXH64", steps 5 and 6). For input below 32 bytes it is
/// XXH64 with seed 0.
package enum ContentHash {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  package static func of(_ bytes: some RandomAccessCollection<UInt8>) -> UInt64 {
    let contiguous = bytes.withContiguousStorageIfAvailable { buffer in
      unsafe of(UnsafeRawBufferPointer(buffer))
    }
    return contiguous ?? of(Array(bytes))
  }

  private static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let count = bytes.count
    var hash = prime5 &+ UInt64(count)
    var offset = 0
    while offset &+ 8 <= count {
      let word = UInt64(
        littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      )
      hash ^= rotated(word &* prime2, 31) &* prime1
      hash = rotated(hash, 27) &* prime1 &+ prime4
      offset &+= 8
    }
    if offset &+ 4 <= count {
      let half = UInt32(
        littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      )
      hash ^= UInt64(half) &* prime1
      hash = rotated(hash, 23) &* prime2 &+ prime3
      offset &+= 4
    }
    while offset < count {
      hash ^= UInt64(unsafe bytes[offset]) &* prime5
      hash = rotated(hash, 11) &* prime1
      offset &+= 1
    }
    hash = (hash ^ (hash >> 33)) &* prime2
    hash = (hash ^ (hash >> 29)) &* prime3
    return hash ^ (hash >> 32)
  }

  private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
    (value &<< count) | (value &>> (64 &- count))
  }
}
