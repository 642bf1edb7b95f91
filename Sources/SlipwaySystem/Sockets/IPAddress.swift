import Glibc

/// An IPv4 or IPv6 address, as a number.
///
/// Read as strictly as inet_pton(3) does: four decimal octets without leading zeros, or one of the
/// forms of RFC 4291, section 2.2. The lenient forms of inet_aton(3), such as `127.1`, `0x7f000001`
/// and `0177.0.0.1`, are no addresses here: who reads them in two ways is deceived.
///
/// An IPv4 address in the clothes of IPv6 (`::ffff:192.0.2.7`; RFC 4291, section 2.5.5.2), as
/// sockets of both families report it, is the IPv4 address.
package enum IPAddress: Sendable, Hashable {
  case v4(UInt32)
  case v6(UInt128)

  /// Without brackets, port and zone.
  package init?(_ text: String) {
    // C would stop at a NUL, and take what precedes it for the whole.
    guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
    if text.utf8.contains(UInt8(ascii: ":")) {
      var address = in6_addr()
      guard unsafe inet_pton(AF_INET6, text, &address) == 1 else { return nil }
      self.init(v6: unsafe withUnsafeBytes(of: &address) { unsafe Array($0) })
    } else {
      var address = in_addr()
      guard unsafe inet_pton(AF_INET, text, &address) == 1 else { return nil }
      self = .v4(UInt32(bigEndian: address.s_addr))
    }
  }

  /// Of the sixteen bytes of an IPv6 address, in network order.
  package init(v6 bytes: some Sequence<UInt8>) {
    let bits = bytes.reduce(into: UInt128(0)) { $0 = $0 << 8 | UInt128($1) }
    self = bits >> 32 == 0xFFFF ? .v4(UInt32(truncatingIfNeeded: bits)) : .v6(bits)
  }

  /// Whether only this machine can reach it: 127.0.0.0/8 and ::1 (RFC 6890).
  package var isLoopback: Bool {
    switch self {
    case .v4(let bits): bits >> 24 == 127
    case .v6(let bits): bits == 1
    }
  }
}
