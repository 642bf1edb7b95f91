import Crypto
package import FoundationEssentials
import Glibc
import SlipwaySystem
import SwiftASN1
import SystemPackage
import X509

/// The certificate that is made for a project, with its authority: four files in one directory, the
/// keys readable by their owner only.
package struct ProjectCertificate: Sendable {
  /// A certificate that ends sooner is renewed at the next start.
  private static let reserve: TimeInterval = 30 * 86_400

  package let directory: String

  package init(directory: String) {
    self.directory = directory
  }

  package var pair: CertificatePair {
    CertificatePair(certificate: file("certificate.pem"), key: file("certificate-key.pem"))
  }

  /// What people are to trust.
  package var authority: String { file("authority.pem") }

  private var authorityKey: String { file("authority-key.pem") }

  /// Whether there is an authority that somebody may trust already.
  package var hasAuthority: Bool { unsafe access(authority, R_OK) == 0 }

  /// Sees to it that there is a certificate for `names` that is good for weeks. Blocks.
  /// - Returns: whether there is a new authority, which nobody trusts yet.
  package func ensure(for names: CertificateNames, now: Date = .now) throws(TLSError) -> Bool {
    do {
      if unsafe mkdir(directory, 0o700) == -1, Errno.last != .fileExists {
        throw SystemError.creatingDirectory(directory, failedWith: .last)
      }
      let (authority, isNew) = try ensureAuthority(for: names, now: now)
      if isNew || !isCurrent(for: names, from: authority, now: now) {
        let (certificate, key) = try authority.issue(for: names, now: now)
        // The front may look in between, finds that they do not match, and looks again.
        try write(key.pemRepresentation, to: pair.key)
        try write(certificate.serializeAsPEM().pemString, to: pair.certificate)
      }
      return isNew
    } catch let error as SystemError {
      throw .notMade(in: directory, because: error.message)
    } catch {
      throw .notMade(in: directory, because: "\(error)")
    }
  }

  /// What makes certificates for each of `names` alone; nil if there is no authority. Blocks.
  package func namedCertificates(for names: CertificateNames) -> NamedCertificates? {
    guard let pem = text(of: authority), let key = text(of: authorityKey),
      let known = ProjectAuthority(certificate: pem, key: key)
    else { return nil }
    return NamedCertificates(of: known, for: names.domains)
  }

  private func ensureAuthority(
    for names: CertificateNames,
    now: Date
  ) throws -> (ProjectAuthority, isNew: Bool) {
    if let pem = text(of: authority), let key = text(of: authorityKey),
      let known = ProjectAuthority(certificate: pem, key: key), known.serves(names, now: now)
    {
      return (known, false)
    }
    // The directory is the .slipway/tls of the project.
    let components = directory.split(separator: "/")
    let project = components.dropLast(2).last.map(String.init) ?? "/"
    let new = try ProjectAuthority(for: names, project: String(project.prefix(40)), now: now)
    try write(new.key.pemRepresentation, to: authorityKey)
    try write(new.certificate.serializeAsPEM().pemString, to: authority)
    return (new, true)
  }

  private func isCurrent(
    for names: CertificateNames,
    from authority: ProjectAuthority,
    now: Date
  ) -> Bool {
    guard let pem = text(of: pair.certificate), (try? pair.load(now: now)) != nil,
      let certificate = try? Certificate(pemEncoded: pem)
    else { return false }
    return certificate.notValidAfter > now + Self.reserve && certificate.notValidBefore <= now
      && CertificateNames(of: certificate) == names
      && authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
  }

  private func file(_ name: String) -> String { "\(directory)/\(name)" }

  private func text(of path: String) -> String? {
    (try? SmallPEM.read(path).get()).map { String(decoding: $0, as: UTF8.self) }
  }

  private func write(_ text: String, to path: String) throws {
    try AtomicFile.write(Array((text + "\n").utf8), to: path)
  }
}
