import HTTPTypes

extension Request {
  /// Whether the request comes from a page of this site, or from a program that is no browser: its
  /// Origin field (RFC 6454, section 7) names the host and port that the request was sent to, or is
  /// missing.
  ///
  /// The schemes are not compared: a server behind one that speaks TLS does not know its own.
  public var isFromOwnOrigin: Bool {
    guard let origin = headerFields[.origin] else { return true }
    guard let scheme = origin.firstRange(of: "://"), let authority = head.authority else {
      return false
    }
    return origin[scheme.upperBound...].lowercased() == authority.lowercased()
  }
}
