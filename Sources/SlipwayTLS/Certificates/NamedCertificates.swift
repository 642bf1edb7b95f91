import Crypto
import FoundationEssentials
import NIOCore
import NIOSSL
import SwiftASN1
import Synchronization
import X509

/// Certificates for single names, made with the project's authority while a handshake waits, and kept
/// in memory.
///
/// The project's own certificate has addresses too, and BoringSSL as a client cannot check an authority
/// that is constrained to addresses: with one address in the certificate it refuses the chain. A client
/// that says which name it wants (RFC 6066, section 3) wants no address. The name stands there as it
/// is, for many clients do not take `*.localhost`. Any thread.
package final class NamedCertificates: Sendable {
  private struct Known {
    var override: NIOSSLContextConfigurationOverride
    var made: Date
  }

  /// Clients may ask for any name below `localhost`: beyond that many, all are made anew.
  private static let capacity = 64
  /// Well before the end of a certificate another is made.
  private static let lifetime: TimeInterval = 30 * 86_400

  private let authority: ProjectAuthority
  /// In lower case; `*.` in front stands for everything below.
  private let domains: [String]
  private let known = Mutex<[String: Known]>([:])

  init(of authority: ProjectAuthority, for domains: [String]) {
    self.authority = authority
    self.domains = domains
  }

  /// What NIOSSL asks at each handshake, on the connection's event loop.
  var callback: NIOSSLContextCallback {
    { client, promise in
      promise.succeed(client.serverHostname.flatMap { self.override(for: $0) } ?? .noChanges)
    }
  }

  /// nil if the name is none of ours: then the project's own certificate is shown.
  private func override(for host: String) -> NIOSSLContextConfigurationOverride? {
    let name = host.lowercased()
    guard MachineNames.isHostName(name), domains.contains(where: { name.isCovered(by: $0) }) else {
      return nil
    }
    let now = Date.now
    return known.withLock { known in
      if let known = known[name], known.made <= now, now < known.made + Self.lifetime {
        return known.override
      }
      guard let override = try? make(name, now) else { return nil }
      if known.count >= Self.capacity { known = [:] }
      known[name] = Known(override: override, made: now)
      return override
    }
  }

  /// Takes well below a millisecond.
  private func make(_ name: String, _ now: Date) throws -> NIOSSLContextConfigurationOverride {
    let (certificate, key) = try authority.issue(for: CertificateNames(domains: [name]), now: now)
    let der = try certificate.serializeAsPEM().derBytes
    let privateKey = try NIOSSLPrivateKey(bytes: Array(key.derRepresentation), format: .der)
    var override = NIOSSLContextConfigurationOverride()
    override.certificateChain = [.certificate(try NIOSSLCertificate(bytes: der, format: .der))]
    override.privateKey = .privateKey(privateKey)
    return override
  }
}

extension String {
  fileprivate func isCovered(by domain: String) -> Bool {
    domain.hasPrefix("*.") ? hasSuffix(domain.dropFirst()) : self == domain
  }
}
