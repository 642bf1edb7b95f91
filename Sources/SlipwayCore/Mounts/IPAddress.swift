package import NIOCore

/// An address of IP, as access rules compare it.
///
/// An IPv4 address in the clothes of IPv6 (`::ffff:192.0.2.7`; RFC 4291, section 2.5.5.2), as
/// sockets of both families report it, is the IPv4 address.
package enum IPAddress: Sendable, Hashable {
  case v4(UInt32)
  case v6(UInt128)

  /// nil for an address of another family.
  package init?(_ address: SocketAddress) {
    // Where the address lies in sockaddr_in, ip(7), and in sockaddr_in6, ipv6(7).
    switch address {
    case .v4(let address):
      self = withUnsafeBytes(of: address.address) { .v4(UInt32(bigEndianBytes: $0[4..<8])) }
    case .v6(let address):
      let bits = withUnsafeBytes(of: address.address) { UInt128(bigEndianBytes: $0[8..<24]) }
      self = bits >> 32 == 0xFFFF ? .v4(UInt32(truncatingIfNeeded: bits)) : .v6(bits)
    case .unixDomainSocket:
      return nil
    }
  }

  /// Understands what inet_pton(3) does, so no zone, and of IPv4 only four decimal numbers.
  package init?(_ text: String) {
    // A NUL would end the text early.
    guard text.utf8.allSatisfy({ $0.isInAddress }),
      let address = try? SocketAddress(ipAddress: text, port: 0)
    else { return nil }
    self.init(address)
  }

  /// Whether it is one of the machine's own to itself: 127.0.0.0/8 or `::1`.
  var isLoopback: Bool {
    switch self {
    case .v4(let bits): bits >> 24 == 127
    case .v6(let bits): bits == 1
    }
  }
}

extension FixedWidthInteger {
  fileprivate init(bigEndianBytes bytes: some Sequence<UInt8>) {
    self = bytes.reduce(0) { $0 << 8 | Self(truncatingIfNeeded: $1) }
  }
}

extension UInt8 {
  /// Hexadecimal digits, points and colons.
  fileprivate var isInAddress: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
