import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// The certificate authority of one project. It can vouch for loopback names and addresses only, and
/// for those of this machine where the server listens beyond loopback: so it is safe to trust it, even
/// if its key is stolen (RFC 5280, section 4.2.1.10).
struct ProjectAuthority {
  private static let lifetime: TimeInterval = 10 * 365 * 86_400
  /// An authority that ends sooner is replaced.
  private static let reserve: TimeInterval = 180 * 86_400
  private static let leafLifetime: TimeInterval = 90 * 86_400
  /// Clocks of other machines may be behind.
  private static let skew: TimeInterval = 3600

  let certificate: Certificate
  let key: P256.Signing.PrivateKey

  /// Makes a new one.
  init(for names: CertificateNames, project: String, now: Date) throws {
    key = P256.Signing.PrivateKey()
    let publicKey = Certificate.PublicKey(key.publicKey)
    let subject = try DistinguishedName {
      OrganizationName("Slipway development")
      CommonName("Slipway authority of \(project)")
    }
    certificate = try Certificate(
      version: .v3,
      serialNumber: .init(),
      publicKey: publicKey,
      notValidBefore: now - Self.skew,
      notValidAfter: now + Self.lifetime,
      issuer: subject,
      subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        Critical(
          NameConstraints(
            permittedDNSDomains: NameConstraints.DNSNames(Self.domains(for: names)),
            permittedIPRanges: NameConstraints.IPRanges(
              Self.ranges(for: names).map { ASN1OctetString(contentBytes: $0[...]) }
            )
          )
        )
        SubjectKeyIdentifier(hash: publicKey)
      },
      issuerPrivateKey: .init(key)
    )
  }

  /// Reads one back; nil if it is none, or the key is not its own.
  init?(certificate pem: String, key keyPEM: String) {
    guard let certificate = try? Certificate(pemEncoded: pem),
      let key = try? P256.Signing.PrivateKey(pemRepresentation: keyPEM),
      certificate.publicKey == Certificate.PublicKey(key.publicKey)
    else { return nil }
    self.certificate = certificate
    self.key = key
  }

  /// Whether it can vouch for all of `names`, for long enough.
  func serves(_ names: CertificateNames, now: Date) -> Bool {
    guard certificate.notValidBefore <= now, certificate.notValidAfter > now + Self.reserve,
      let constraints = try? certificate.extensions.nameConstraints
    else { return false }
    let ranges = constraints.permittedIPRanges.map { Array($0.bytes) }
    return Self.domains(for: names).allSatisfy(constraints.permittedDNSDomains.contains)
      && names.addresses.allSatisfy { address in
        ranges.contains { Self.contains(address, in: $0) }
      }
  }

  /// A certificate for `names`, and its key.
  func issue(
    for names: CertificateNames,
    now: Date
  ) throws -> (certificate: Certificate, key: P256.Signing.PrivateKey) {
    let leafKey = P256.Signing.PrivateKey()
    let publicKey = Certificate.PublicKey(leafKey.publicKey)
    let issuerIdentifier = try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
    let leaf = try Certificate(
      version: .v3,
      serialNumber: .init(),
      publicKey: publicKey,
      notValidBefore: now - Self.skew,
      notValidAfter: now + Self.leafLifetime,
      issuer: certificate.subject,
      subject: DistinguishedName { CommonName(names.domains.first ?? "localhost") },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth])
        names.alternatives
        SubjectKeyIdentifier(hash: publicKey)
        AuthorityKeyIdentifier(keyIdentifier: issuerIdentifier)
      },
      issuerPrivateKey: .init(key)
    )
    return (leaf, leafKey)
  }

  /// Names below a permitted one are permitted too, so a wildcard is what it stands below.
  private static func domains(for names: CertificateNames) -> [String] {
    var domains = ["localhost"]
    for domain in names.domains {
      let permitted = domain.hasPrefix("*.") ? String(domain.dropFirst(2)) : domain
      if !domains.contains(permitted) { domains.append(permitted) }
    }
    return domains
  }

  /// Address and mask of each. A machine's private addresses change with every network it joins, and
  /// an authority that had to be trusted anew each time would be trusted blindly: so beyond loopback
  /// all private networks are permitted (RFC 1918, RFC 4193).
  private static func ranges(for names: CertificateNames) -> [[UInt8]] {
    let loopback: [[UInt8]] = [
      [127, 0, 0, 0, 255, 0, 0, 0],
      [UInt8](repeating: 0, count: 15) + [1] + [UInt8](repeating: 255, count: 16),
    ]
    let network: [[UInt8]] = [
      [10, 0, 0, 0, 255, 0, 0, 0],
      [172, 16, 0, 0, 255, 240, 0, 0],
      [192, 168, 0, 0, 255, 255, 0, 0],
      [0xFC] + [UInt8](repeating: 0, count: 15) + [0xFE] + [UInt8](repeating: 0, count: 15),
    ]
    var ranges = loopback
    let isBeyond = names.addresses.contains { address in
      !loopback.contains { contains(address, in: $0) }
    }
    if isBeyond { ranges += network }
    for address in names.addresses where !ranges.contains(where: { contains(address, in: $0) }) {
      ranges.append(address + [UInt8](repeating: 255, count: address.count))
    }
    return ranges
  }

  private static func contains(_ address: [UInt8], in range: [UInt8]) -> Bool {
    guard range.count == 2 * address.count else { return false }
    return address.indices.allSatisfy {
      address[$0] & range[address.count + $0] == range[$0] & range[address.count + $0]
    }
  }
}
