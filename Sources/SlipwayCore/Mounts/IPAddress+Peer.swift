package import NIOCore
package import SlipwaySystem

// Addresses as access rules compare them.
extension IPAddress {
  /// nil for an address of another family.
  package init?(_ address: SocketAddress) {
    // Where the address lies in sockaddr_in, ip(7), and in sockaddr_in6, ipv6(7).
    switch address {
    case .v4(let address):
      self = withUnsafeBytes(of: address.address) { .v4(UInt32(bigEndianBytes: $0[4..<8])) }
    case .v6(let address):
      self = withUnsafeBytes(of: address.address) { bytes in
        .v6(
          high: UInt64(bigEndianBytes: bytes[8..<16]),
          low: UInt64(bigEndianBytes: bytes[16..<24])
        )
      }
    case .unixDomainSocket:
      return nil
    }
  }

  /// The IPv4 address, if this is one in the clothes of IPv6 (`::ffff:192.0.2.7`; RFC 4291, section
  /// 2.5.5.2), as sockets of both families report it.
  var unmapped: IPAddress {
    guard case .v6(0, let low) = self, low >> 32 == 0xFFFF else { return self }
    return .v4(UInt32(truncatingIfNeeded: low))
  }
}

extension FixedWidthInteger {
  fileprivate init(bigEndianBytes bytes: some Sequence<UInt8>) {
    self = bytes.reduce(0) { $0 << 8 | Self(truncatingIfNeeded: $1) }
  }
}
