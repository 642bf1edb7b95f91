/// Which page a request comes from, as a browser says in its Origin field (RFC 6454, section 7; the
/// Fetch Standard allows one origin only).
package enum WebOrigin: Sendable, Hashable {
  /// `null`: the browser does not tell, for a page from a file or in a sandbox.
  case opaque

  /// `scheme` is in lower case; `authority` has no port where it is the scheme's own.
  case page(scheme: String, authority: Authority)

  /// nil for whatever is malformed: two origins, a path, a user name, no host. Never traps.
  package init?(_ text: String) {
    if text == "null" {
      self = .opaque
      return
    }
    // A scheme of some length, and the longest authority.
    guard text.utf8.count <= 320, let separator = text.firstRange(of: "://") else { return nil }
    let scheme = text[..<separator.lowerBound]
    guard let first = scheme.utf8.first,
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20),
      scheme.utf8.allSatisfy(\.isInScheme),
      let authority = Authority(String(text[separator.upperBound...]))
    else { return nil }
    let name = scheme.lowercased()
    self = .page(scheme: name, authority: authority.droppingPort(of: name))
  }

  /// Whether a page of this origin and a request to `authority` belong to the same site, down to
  /// the port.
  ///
  /// A page that came over https may belong to a request that came over http: the proxy of a tunnel
  /// ends TLS in front of us and passes the Host field on. The other way round it may not.
  package func isSame(scheme: String, authority: Authority) -> Bool {
    guard case .page(let own, let page) = self else { return false }
    switch (own, scheme) {
    case ("http", "http"), ("https", "https"): return page == authority.droppingPort(of: scheme)
    case ("https", "http"): return page == authority.droppingPort(of: "https")
    default: return false
    }
  }
}

extension Authority {
  fileprivate func droppingPort(of scheme: String) -> Authority {
    switch (scheme, port) {
    case ("http", 80), ("https", 443): Authority(host: host, port: nil)
    default: self
    }
  }
}

extension UInt8 {
  /// RFC 3986, section 3.1.
  fileprivate var isInScheme: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
