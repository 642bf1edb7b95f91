import Glibc

/// An IPv4 or IPv6 address, as a number.
///
/// Read as strictly as inet_pton(3) does: four decimal octets without leading zeros, or one of the
/// forms of RFC 4291, section 2.2. The lenient forms of inet_aton(3), such as `127.1`, `0x7f000001`
/// and `0177.0.0.1`, are no addresses here: who reads them in two ways is deceived.
package enum IPAddress: Sendable, Hashable {
  case v4(UInt32)
  case v6(high: UInt64, low: UInt64)

  /// Without brackets, port and zone.
  package init?(_ text: String) {
    // C would stop at a NUL, and take what precedes it for the whole.
    guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
    if text.utf8.contains(UInt8(ascii: ":")) {
      var address = in6_addr()
      guard unsafe inet_pton(AF_INET6, text, &address) == 1 else { return nil }
      let halves = unsafe withUnsafeBytes(of: &address) { bytes in
        unsafe (
          UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
          UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
      }
      self = .v6(high: halves.0, low: halves.1)
    } else {
      var address = in_addr()
      guard unsafe inet_pton(AF_INET, text, &address) == 1 else { return nil }
      self = .v4(UInt32(bigEndian: address.s_addr))
    }
  }

  /// Whether only this machine can reach it: 127.0.0.0/8 and ::1 (RFC 6890), and the former written
  /// as IPv6 (RFC 4291, section 2.5.5.2).
  package var isLoopback: Bool {
    switch self {
    case .v4(let number): number >> 24 == 127
    case .v6(0, 1): true
    case .v6(0, let low): low >> 24 == 0xFFFF_7F
    case .v6: false
    }
  }
}
