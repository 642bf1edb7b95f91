/// Who may ask a mount, by address: with the semantics of Apache's mod_access_compat.
///
/// | the peer matches | `allow,deny` | `deny,allow` |
/// | --- | --- | --- |
/// | allow only | allowed | allowed |
/// | deny only | denied | denied |
/// | both | denied | allowed |
/// | neither | denied | allowed |
///
/// So the list that is named last has the last word, and says what holds for the others.
package struct AccessRules: Sendable, Hashable, Codable {
  package enum Order: String, Sendable, Hashable, Codable {
    case allowDeny = "allow,deny"
    case denyAllow = "deny,allow"
  }

  package enum Verdict: Sendable, Equatable {
    case allowed
    /// nil if the peer is denied because no entry of `allow` means it.
    case denied(by: AccessRule?)
  }

  package var order: Order
  package var allow: [AccessRule]
  package var deny: [AccessRule]

  package init(order: Order, allow: [AccessRule] = [], deny: [AccessRule] = []) {
    self.order = order
    self.allow = allow
    self.deny = deny
  }

  package func judge(_ peer: Peer) -> Verdict {
    let isAllowed = allow.contains { $0.matches(peer) }
    let denial = deny.first { $0.matches(peer) }
    return switch (order, denial) {
    case (.allowDeny, _) where !isAllowed: .denied(by: nil)
    case (.denyAllow, _?) where isAllowed: .allowed
    case (_, let rule?): .denied(by: rule)
    case (_, nil): .allowed
    }
  }
}
