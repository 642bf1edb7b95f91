import Glibc
import SwiftASN1
package import X509

/// The names and addresses that a certificate is for.
package struct CertificateNames: Sendable, Equatable {
  /// In lower case, without a dot at the end.
  package var domains: [String]
  /// In network byte order, 4 or 16 bytes each.
  package var addresses: [[UInt8]]

  package init(domains: [String] = [], addresses: [[UInt8]] = []) {
    self.domains = domains
    self.addresses = addresses
  }

  /// What every project certificate is for. RFC 6761 gives `localhost` and all below it to the
  /// machine itself.
  package static let loopback = CertificateNames(
    domains: ["localhost", "*.localhost"],
    addresses: [[127, 0, 0, 1], [UInt8](repeating: 0, count: 15) + [1]]
  )

  /// The subject alternative names of a certificate.
  package init(of certificate: Certificate) {
    self.init()
    let names = (try? certificate.extensions.subjectAlternativeNames).flatMap { $0 }
    for name in names ?? SubjectAlternativeNames() {
      switch name {
      case .dnsName(let domain): domains.append(domain)
      case .ipAddress(let bytes): addresses.append(Array(bytes.bytes))
      default: break
      }
    }
  }

  /// Adds the host that a socket is bound to: a numeric address, unspecified for all of the machine.
  package mutating func add(boundTo host: String, machine: MachineNames) {
    guard let bytes = Self.bytes(ofAddress: host) else { return }
    if bytes.allSatisfy({ $0 == 0 }) {
      for domain in machine.domains { insert(domain: domain) }
      for address in machine.addresses { insert(address: address) }
    } else {
      insert(address: bytes)
    }
  }

  /// For people, in the order of the certificate.
  package var described: [String] { domains + addresses.map(Self.text(ofAddress:)) }

  var alternatives: SubjectAlternativeNames {
    SubjectAlternativeNames(
      domains.map { .dnsName($0) }
        + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
    )
  }

  private mutating func insert(domain: String) {
    if !domains.contains(domain) { domains.append(domain) }
  }

  private mutating func insert(address: [UInt8]) {
    if !addresses.contains(address) { addresses.append(address) }
  }

  /// The bytes of a numeric address, without its zone.
  static func bytes(ofAddress text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let host = String(text.prefix { $0 != "%" })
    if unsafe inet_pton(AF_INET, host, &bytes) == 1 { return Array(bytes.prefix(4)) }
    if unsafe inet_pton(AF_INET6, host, &bytes) == 1 { return bytes }
    return nil
  }

  private static func text(ofAddress bytes: [UInt8]) -> String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard bytes.count == 4 || bytes.count == 16,
      unsafe inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil
    else { return "?" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
