import SlipwayApp
import Testing

/// What the opening handshake is computed with.
struct HandshakeDigestTests {
  /// RFC 3174, section 7.3, and the lengths around the border of a block.
  @Test(arguments: [
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
    ),
    (String(repeating: "a", count: 55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
    (String(repeating: "a", count: 56), "c2db330f6083854c99d4b5bfb6e8f29f201be699"),
    (String(repeating: "a", count: 63), "03f09f5b158a7a8cdad920bddc29b81c18a551f5"),
    (String(repeating: "a", count: 64), "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
    (String(repeating: "01234567", count: 80), "dea356a2cddd90c7a7ecedc5ebb563934f460452"),
  ])
  func digests(message: String, expected: String) {
    let digest = SHA1.digest(of: Array(message.utf8))
    #expect(digest == stride(from: 0, to: 40, by: 2).map { hexadecimal(expected, at: $0) })
  }

  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func encodes(text: String, expected: String) {
    #expect(Base64.encoded(Array(text.utf8)) == expected)
  }

  @Test(arguments: [
    ("dGhlIHNhbXBsZSBub25jZQ==", true), ("AAAAAAAAAAAAAAAAAAAAAA==", true), ("", false),
    ("dGhlIHNhbXBsZSBub25jZQ=", false), ("dGhlIHNhbXBsZSBub25jZQ", false),
    ("dGhlIHNhbXBsZSBub25jZXQ=", false), ("dGhlIHNhbXBsZSBub25j!Q==", false),
    ("dGhlIHNhbXBsZSBub25jZQ==AAAA", false),
  ])
  func knowsAKeyOf16Bytes(key: String, isOne: Bool) {
    #expect(Base64.isOf16Bytes(key) == isOne)
  }

  private func hexadecimal(_ text: String, at offset: Int) -> UInt8? {
    UInt8(text.dropFirst(offset).prefix(2), radix: 16)
  }
}
