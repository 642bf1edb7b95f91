/// The server's own pages, below the reserved prefix `/_slipway/`.
///
/// They are reached before every mount and without its gate, only under an allowed host, and never
/// from a page of another site (`CrossSiteRule`). Errors are pages as everywhere.
package struct InternalPages: Sendable {
  /// What the exchanges of internal pages carry as their mount. No other site may embed what they
  /// get, and no cache may keep it.
  package static let mount = {
    var rules = MountRules()
    rules.reloadsLive = false
    rules.responseFields = [
      MountRules.Field(name: "Cache-Control", value: "no-store"),
      MountRules.Field(name: "Cross-Origin-Resource-Policy", value: "same-origin"),
      MountRules.Field(name: "X-Content-Type-Options", value: "nosniff"),
    ]
    return Mount(prefix: "/_slipway", kind: "internal", target: "", rules: rules)
  }()

  private var pages: [String: any Application]

  /// - Parameter pages: What answers, by the first segment below the prefix: `events` takes
  ///   `/_slipway/events` and `/_slipway/events/x`.
  package init(_ pages: [String: any Application] = [:]) {
    self.pages = pages
  }

  func adding(_ page: any Application, named name: String) -> InternalPages {
    var more = self
    more.pages[name] = page
    return more
  }

  /// - Parameter path: What follows the prefix, as received: a segment that is written with escapes
  ///   finds no page.
  func application(for path: String) -> any Application {
    let segment = path.dropFirst().prefix { $0 != "/" }
    return pages[String(segment)] ?? FixedAnswer.page(.noInternalPage(path))
  }
}

extension ErrorPage {
  static func noInternalPage(_ path: String) -> ErrorPage {
    ErrorPage(
      code: "SW020",
      status: 404,
      title: "No such page of the server",
      message: "Slipway keeps /_slipway/ for itself, and has no page at /_slipway\(path).",
      remedy: "Use a path that a mount takes."
    )
  }

  static let crossSite = ErrorPage(
    code: "SW039",
    status: 403,
    title: "Request from another site",
    message: "A page of another site asked for what is below /_slipway/, which only pages of this"
      + " server may do.",
    remedy: "Open the address itself in the browser."
  )
}
