/// What the rules of a mount forbid.
extension ErrorPage {
  /// SW037. Says which rule decided, but not whom the others let in.
  static func accessDenied(to peer: Peer, at prefix: String, by rule: AccessRule?) -> ErrorPage {
    let reason = rule.map { "“deny: \($0.text)” means this address" }
    return ErrorPage(
      code: "SW037",
      status: 403,
      title: "Not for this address",
      message: "The mount \(prefix) does not let \(peer.name) in: "
        + (reason ?? "nothing in its “allow” means this address") + ".",
      remedy: "If it should, change “allow” and “deny” of the mount in slipway.yaml."
    )
  }

  /// SW038.
  static func methodExcluded(
    _ method: String,
    at prefix: String,
    allowed: [String]
  ) -> ErrorPage {
    let list = allowed.joined(separator: ", ")
    return ErrorPage(
      code: "SW038",
      status: 405,
      title: "Method not allowed",
      message: "The mount \(prefix) takes \(list), not \(method).",
      remedy: "If it should, add \(method) to “methods” of the mount in slipway.yaml.",
      allow: list
    )
  }
}
