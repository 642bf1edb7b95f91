import FoundationEssentials
import SlipwayTLS
import SlipwayTestSupport
import Testing

/// What is said of files that cannot be used.
@Suite(.timeLimit(.minutes(5)))
struct CertificatePairTests {
  private func withTwo(_ body: (ScratchDirectory, CertificatePair, CertificatePair) throws -> Void)
    throws
  {
    try withScratchDirectory { directory in
      let pairs = try ["one", "other"]
        .map { name in
          let project = ProjectCertificate(directory: directory.path(name))
          _ = try project.ensure(for: .loopback)
          return project.pair
        }
      try body(directory, pairs[0], pairs[1])
    }
  }

  @Test func aKeyOfAnotherCertificateIsRefused() throws {
    try withTwo { _, one, other in
      let mixed = CertificatePair(certificate: one.certificate, key: other.key)
      let error = #expect(throws: TLSError.self) { try mixed.load() }
      #expect(error?.code == .certificateUnusable)
      #expect(error?.message.contains("does not belong") == true)
      #expect(error?.message.contains(other.key) == true)
    }
  }

  @Test func aMissingFileIsNamedWithTheReason() throws {
    try withTwo { directory, one, _ in
      for pair in [
        CertificatePair(certificate: directory.path("gone"), key: one.key),
        CertificatePair(certificate: one.certificate, key: directory.path("gone")),
        CertificatePair(certificate: directory.path, key: one.key),
      ] {
        let error = #expect(throws: TLSError.self) { try pair.load() }
        #expect(error?.message.contains("cannot be read") == true)
      }
    }
  }

  @Test func filesInTheWrongOrderAreToldApart() throws {
    try withTwo { _, one, _ in
      let swapped = CertificatePair(certificate: one.key, key: one.certificate)
      let error = #expect(throws: TLSError.self) { try swapped.load() }
      #expect(error?.message.contains("no certificate") == true)
      let twice = CertificatePair(certificate: one.certificate, key: one.certificate)
      let other = #expect(throws: TLSError.self) { try twice.load() }
      #expect(other?.message.contains("no private key") == true)
    }
  }

  @Test func bothMayBeInOneFile() throws {
    try withTwo { directory, one, _ in
      try directory.write(try read(one.certificate) + read(one.key), to: "both.pem")
      let both = CertificatePair(
        certificate: directory.path("both.pem"),
        key: directory.path("both.pem")
      )
      #expect(throws: Never.self) { try both.load() }
    }
  }

  @Test(arguments: [(-1.0, "is valid from"), (0, nil), (100, "has expired on")])
  func aCertificateOutOfItsTimeServesWithAWarning(days: Double, words: String?) throws {
    try withTwo { _, one, _ in
      let warning = try one.load(now: .now + days * 86_400).warning
      #expect((warning == nil) == (words == nil))
      if let words { #expect(warning?.message.contains(words) == true) }
    }
  }
}
