// Which requests are for this server at all.
extension ConnectionHandler {
  enum HostVerdict: Equatable {
    case allowed
    /// To be answered by status 400.
    case malformed
    /// The name of the host, in normal form.
    case foreign(String)
  }

  /// Looks at the host that a request is for, before anything else is asked.
  ///
  /// A request without a host is let through: HTTP/1.0 permits it, and no browser sends one. Of a
  /// target in absolute-form the authority counts, as RFC 9112, section 3.2.2 has it; the Host field
  /// beside it has to be well-formed all the same.
  func hostVerdict(on head: RequestHead) -> HostVerdict {
    let text = head.authority
    // On a connection it is nearly always the same.
    if text == allowedAuthority, text == head.host { return .allowed }
    if !head.host.isEmpty, Authority(head.host) == nil { return .malformed }
    if text.isEmpty { return .allowed }
    guard let authority = Authority(text) else { return .malformed }
    guard gateway.configuration.allowedHosts.admits(authority) else {
      guard case .name(let name) = authority.host else { return .malformed }
      return .foreign(name)
    }
    if text == head.host { allowedAuthority = text }
    return .allowed
  }
}

extension ErrorPage {
  /// - Parameters:
  ///   - host: In normal form: letters, digits, dots, hyphens, underscores.
  ///   - remedy: How the host can be allowed.
  static func foreignHost(_ host: String, remedy: String) -> ErrorPage {
    ErrorPage(
      code: "SW029",
      status: 403,
      title: "Host not allowed",
      message: "The request is for \(host), and this server does not answer for that name. It might"
        + " be a stranger's page that has its own name lead to this machine (DNS rebinding).",
      remedy: remedy
    )
  }
}
