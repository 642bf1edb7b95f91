package import NIOCore
package import SlipwaySystem

extension IPAddress {
  /// nil for an address of another family.
  package init?(_ address: SocketAddress) {
    // Where the address lies in sockaddr_in, ip(7), and in sockaddr_in6, ipv6(7).
    switch address {
    case .v4(let address):
      self = .v4(
        withUnsafeBytes(of: address.address) { bytes in
          UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        }
      )
    case .v6(let address): self.init(v6: withUnsafeBytes(of: address.address) { Array($0[8..<24]) })
    case .unixDomainSocket: return nil
    }
  }
}
