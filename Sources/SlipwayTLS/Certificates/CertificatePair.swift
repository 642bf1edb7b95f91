package import FoundationEssentials
import Glibc
package import NIOSSL
import SwiftASN1
import X509

/// A certificate with its key, as two PEM files.
package struct CertificatePair: Sendable, Equatable {
  package var certificate: String
  package var key: String

  package init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// What is needed to serve with the pair, and what a user should know about it.
  package struct Loaded: Sendable {
    package var context: NIOSSLContext
    package var warning: TLSError?
    /// The names and addresses that the certificate is for.
    package var names: [String]
    package var expires: Date
  }

  /// Reads both files. Blocks.
  /// - Parameter naming: What to ask for a certificate for the name that a client wants, before this
  ///   one is shown.
  package func load(
    naming: NamedCertificates? = nil,
    now: Date = .now
  ) throws(TLSError) -> Loaded {
    let chainBytes = try read("certificate", at: certificate)
    let keyBytes = try read("key", at: key)
    guard let chain = try? NIOSSLCertificate.fromPEMBytes(chainBytes), let first = chain.first,
      let der = try? first.toDERBytes(), let leaf = try? Certificate(derEncoded: der)
    else { throw .noCertificate(in: certificate) }
    guard let privateKey = try? NIOSSLPrivateKey(bytes: keyBytes, format: .pem) else {
      throw .noKey(in: key)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) },
      privateKey: .privateKey(privateKey)
    )
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["h2", "http/1.1"]
    configuration.sslContextCallback = naming?.callback
    // Both parts are good by themselves: what BoringSSL refuses is that they go together.
    guard let context = try? NIOSSLContext(configuration: configuration) else {
      throw .mismatch(certificate: certificate, key: key)
    }
    var warning: TLSError?
    if leaf.notValidAfter < now {
      warning = .expired(certificate, since: leaf.notValidAfter.day)
    } else if leaf.notValidBefore > now {
      warning = .notYetValid(certificate, until: leaf.notValidBefore.day)
    }
    return Loaded(
      context: context,
      warning: warning,
      names: CertificateNames(of: leaf).described,
      expires: leaf.notValidAfter
    )
  }

  private func read(_ what: String, at path: String) throws(TLSError) -> [UInt8] {
    switch SmallPEM.read(path) {
    case .success(let bytes): return bytes
    case .failure(let error): throw .unreadable(what, at: path, because: "\(error)")
    }
  }
}

extension Date {
  /// The day in UTC, as ISO 8601 writes it.
  package var day: String {
    formatted(Date.ISO8601FormatStyle().year().month().day())
  }
}
