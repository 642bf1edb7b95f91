import SlipwaySystem

/// What is wrong with a certificate, or keeps one from being made.
///
/// Two errors are equal if their codes are.
package struct TLSError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case certificateUnusable = "SW146"
    case certificateOutOfDate = "SW147"
    case certificateNotMade = "SW148"
    case orderNotUnderstood = "SW144"
  }

  package let code: Code
  package let message: String
  package let remedy: String?

  package var stableCode: String { code.rawValue }

  package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
}

// Every error of this target is made here.
extension TLSError {
  static func unreadable(_ what: String, at path: String, because reason: String) -> Self {
    Self(
      code: .certificateUnusable,
      message: "The \(what) \(path) cannot be read: \(reason).",
      remedy: "See that the path is right, and that you may read the file."
    )
  }

  static func noCertificate(in path: String) -> Self {
    Self(
      code: .certificateUnusable,
      message: "\(path) holds no certificate in PEM form.",
      remedy: "It has to begin with -----BEGIN CERTIFICATE-----, the server's certificate first."
    )
  }

  static func noKey(in path: String) -> Self {
    Self(
      code: .certificateUnusable,
      message: "\(path) holds no private key that can be used.",
      remedy: "It has to be in PEM form, and not protected by a passphrase."
    )
  }

  static func mismatch(certificate: String, key: String) -> Self {
    Self(
      code: .certificateUnusable,
      message: "The key \(key) does not belong to the certificate \(certificate).",
      remedy: "Name the key with which this certificate was requested."
    )
  }

  static func expired(_ path: String, since date: String) -> Self {
    Self(
      code: .certificateOutOfDate,
      message: "The certificate \(path) has expired on \(date): browsers refuse it.",
      remedy: "Renew it; the new file is taken without a restart."
    )
  }

  static func notYetValid(_ path: String, until date: String) -> Self {
    Self(
      code: .certificateOutOfDate,
      message: "The certificate \(path) is valid from \(date) only: browsers refuse it till then.",
      remedy: "See that the clock of this machine is right."
    )
  }

  static func notMade(in directory: String, because reason: String) -> Self {
    Self(
      code: .certificateNotMade,
      message: "No certificate can be made in \(directory): \(reason).",
      remedy: "See that the directory can be written, or name a certificate with --tls-certificate."
    )
  }

  static func badOrder(_ reason: String) -> Self {
    Self(
      code: .orderNotUnderstood,
      message: "slipway-tls does not understand its order: \(reason).",
      remedy: "It has to come from the same build as slipway: build both again."
    )
  }
}
