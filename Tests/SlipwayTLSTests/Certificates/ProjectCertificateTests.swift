import FoundationEssentials
import Glibc
import SlipwayTLS
import SlipwayTestSupport
import SwiftASN1
import Testing
import X509

/// The certificate that is made for a project.
@Suite(.timeLimit(.minutes(5)))
struct ProjectCertificateTests {
  private static let day: TimeInterval = 86_400

  private func certificate(_ path: String) throws -> Certificate {
    try Certificate(pemEncoded: try read(path))
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test func oneIsMadeThatVouchesForLoopbackOnly() throws {
    try withScratchDirectory { directory in
      let project = ProjectCertificate(directory: directory.path("tls"))
      #expect(try project.ensure(for: .loopback))
      let leaf = try certificate(project.pair.certificate)
      #expect(
        CertificateNames(of: leaf).described
          == ["localhost", "*.localhost", "127.0.0.1", "::1"]
      )
      let authority = try certificate(project.authority)
      #expect(authority.publicKey.isValidSignature(leaf.signature, for: leaf))
      let constraints = try #require(try authority.extensions.nameConstraints)
      #expect(Array(constraints.permittedDNSDomains) == ["localhost"])
      #expect(constraints.permittedIPRanges.count == 2)
      let extensionOfConstraints = authority.extensions[oid: .X509ExtensionID.nameConstraints]
      #expect(extensionOfConstraints?.critical == true)
      #expect(
        try authority.extensions.basicConstraints == .isCertificateAuthority(maxPathLength: 0)
      )
      #expect(try leaf.extensions.basicConstraints == .notCertificateAuthority)
      #expect(mode(directory.path("tls")) == 0o700)
      for file in [project.pair.certificate, project.pair.key, project.authority] {
        #expect(mode(file) == 0o600)
      }
      let loaded = try project.pair.load()
      #expect(loaded.warning == nil)
    }
  }

  @Test func aSecondStartKeepsBoth() throws {
    try withScratchDirectory { directory in
      let project = ProjectCertificate(directory: directory.path("tls"))
      _ = try project.ensure(for: .loopback)
      let before = try (read(project.pair.certificate), read(project.authority))
      #expect(try !project.ensure(for: .loopback))
      #expect(try before == (read(project.pair.certificate), read(project.authority)))
    }
  }

  @Test(arguments: [(59, false), (61, true), (100, true)])
  func aCertificateNearItsEndIsRenewedUnderTheSameAuthority(days: Int, isRenewed: Bool) throws {
    try withScratchDirectory { directory in
      let project = ProjectCertificate(directory: directory.path("tls"))
      _ = try project.ensure(for: .loopback)
      let before = try (read(project.pair.certificate), read(project.authority))
      let later = Date.now + Double(days) * Self.day
      #expect(try !project.ensure(for: .loopback, now: later))
      #expect(try (read(project.pair.certificate) != before.0) == isRenewed)
      #expect(try read(project.authority) == before.1)
      #expect(try project.pair.load(now: later).warning == nil)
    }
  }

  @Test func anAuthorityNearItsEndIsReplaced() throws {
    try withScratchDirectory { directory in
      let project = ProjectCertificate(directory: directory.path("tls"))
      _ = try project.ensure(for: .loopback)
      #expect(try project.ensure(for: .loopback, now: .now + 3600 * Self.day))
    }
  }

  @Test func namesBeyondLoopbackNeedAnAuthorityThatMayVouchForThem() throws {
    try withScratchDirectory { directory in
      let project = ProjectCertificate(directory: directory.path("tls"))
      _ = try project.ensure(for: .loopback)
      var names = CertificateNames.loopback
      let home = MachineNames(
        domains: ["ship", "ship.local"],
        addresses: [[127, 0, 0, 1], [192, 168, 1, 7], [203, 0, 113, 9]]
      )
      names.add(boundTo: "0.0.0.0", machine: home)
      #expect(try project.ensure(for: names))
      let described = try project.pair.load().names
      #expect(described.contains("ship.local"))
      #expect(described.contains("192.168.1.7") && described.contains("203.0.113.9"))

      // Another private network: another certificate, and nothing to trust anew.
      var elsewhere = CertificateNames.loopback
      elsewhere.add(
        boundTo: "0.0.0.0",
        machine: MachineNames(domains: ["ship", "ship.local"], addresses: [[10, 1, 2, 3]])
      )
      #expect(try !project.ensure(for: elsewhere))
      #expect(try project.pair.load().names.contains("10.1.2.3"))
    }
  }

  @Test(arguments: ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
  func brokenFilesAreMadeAnew(text: String) throws {
    try withScratchDirectory { directory in
      let project = ProjectCertificate(directory: directory.path("tls"))
      _ = try project.ensure(for: .loopback)
      try directory.write(text, to: "tls/certificate.pem")
      #expect(try !project.ensure(for: .loopback))
      #expect(throws: Never.self) { try project.pair.load() }
      try directory.write(text, to: "tls/authority.pem")
      #expect(try project.ensure(for: .loopback))
      #expect(throws: Never.self) { try project.pair.load() }
    }
  }

  @Test func aDirectoryThatCannotBeMadeIsNamed() throws {
    try withScratchDirectory { directory in
      try directory.write("", to: "file")
      let project = ProjectCertificate(directory: directory.path("file/tls"))
      let error = #expect(throws: TLSError.self) { try project.ensure(for: .loopback) }
      #expect(error?.code == .certificateNotMade)
      #expect(error?.message.contains(directory.path("file/tls")) == true)
    }
  }
}
