import Glibc

/// Under which names and addresses other machines know this one.
package struct MachineNames: Sendable {
  package var domains: [String]
  package var addresses: [[UInt8]]

  package init(domains: [String], addresses: [[UInt8]]) {
    self.domains = domains
    self.addresses = addresses
  }

  /// This machine as it is now: its host name, also as multicast DNS has it (RFC 6762), and the
  /// addresses of its interfaces.
  package static var current: MachineNames {
    var name = [CChar](repeating: 0, count: 256)
    var domains: [String] = []
    if unsafe gethostname(&name, name.count - 1) == 0 {
      let text = String(
        decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
        as: UTF8.self
      )
      .lowercased()
      if isHostName(text) {
        domains = text.contains(".") ? [text] : [text, text + ".local"]
      }
    }
    return MachineNames(domains: domains, addresses: interfaceAddresses())
  }

  /// Letters, digits and hyphens in labels of 1 to 63 (RFC 1123, section 2.1).
  static func isHostName(_ text: String) -> Bool {
    text.utf8.count < 250
      && text.split(separator: ".", omittingEmptySubsequences: false)
        .allSatisfy { label in
          (1...63).contains(label.utf8.count)
            && label.utf8.allSatisfy {
              (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
            }
        }
  }

  /// See getifaddrs(3). Link-local addresses of IPv6 need a zone, which no certificate can name.
  private static func interfaceAddresses() -> [[UInt8]] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&list) == 0 else { return [] }
    defer { unsafe freeifaddrs(list) }
    var addresses: [[UInt8]] = []
    var next = unsafe list
    while let entry = unsafe next?.pointee {
      unsafe next = entry.ifa_next
      guard let address = unsafe entry.ifa_addr else { continue }
      let bytes: [UInt8]
      switch CInt(unsafe address.pointee.sa_family) {
      case AF_INET:
        bytes = unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          unsafe withUnsafeBytes(of: $0.pointee.sin_addr, Array.init)
        }
      case AF_INET6:
        bytes = unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
          unsafe withUnsafeBytes(of: $0.pointee.sin6_addr, Array.init)
        }
        if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 { continue }
      default: continue
      }
      if !addresses.contains(bytes) { addresses.append(bytes) }
    }
    return addresses
  }
}
