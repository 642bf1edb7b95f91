/// Keeps pages of other sites from the server's own pages.
///
/// A browser says by two fields where a request comes from. Origin (RFC 6454) goes with whatever may
/// change something, with WebSocket handshakes and with reads by script across sites;
/// Sec-Fetch-Site (Fetch Metadata) with everything, but only if the server is on a loopback address
/// or behind https. If either names another site the request is refused, whatever its method: a GET
/// may be a subscription. A person may follow a link here from anywhere: that is a navigation.
///
/// Other sites are other ports of this machine too. Neither field means: no browser. Reading an
/// answer across sites is prevented besides, by the absence of CORS fields and by
/// `Cross-Origin-Resource-Policy`.
enum CrossSiteRule {
  /// - Parameter authority: The host the request is for; nil without one.
  static func refuses(
    method: String,
    fields: FieldSection,
    scheme: String,
    authority: Authority?
  ) -> Bool {
    let origins = fields["Origin"]
    if !origins.isEmpty {
      guard origins.count == 1, let origin = WebOrigin(origins[0]), let authority,
        origin.isSame(scheme: scheme, authority: authority)
      else { return true }
    }
    let sites = fields["Sec-Fetch-Site"]
    guard !sites.allSatisfy({ $0 == "same-origin" || $0 == "none" }) else { return false }
    let isNavigation =
      (method == "GET" || method == "HEAD") && fields["Sec-Fetch-Mode"] == ["navigate"]
      && fields["Sec-Fetch-Dest"] == ["document"] && fields["Upgrade"].isEmpty
    return !isNavigation
  }
}
