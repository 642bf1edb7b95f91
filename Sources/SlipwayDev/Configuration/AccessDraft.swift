import SlipwayCore

/// What a mount says about access, before it is clear what it means together.
struct AccessDraft {
  typealias Rules = (rules: [AccessRule], origin: SettingEntry.Origin)

  var allow: Rules?
  var deny: Rules?
  var order: (AccessRules.Order, origin: SettingEntry.Origin)?

  /// nil if nothing is said. Without an order, `allow` alone means only these, and `deny` alone
  /// all but these; both together could mean two things, and Apache's default is the more
  /// permissive one, so the order has to be said.
  func rules() throws(Contradiction) -> AccessRules? {
    switch (allow, deny, order) {
    case (nil, nil, nil):
      return nil
    case (nil, nil, let order?):
      throw Contradiction(
        value: InvalidValue(
          "“order” orders nothing: neither “allow” nor “deny” is given.",
          hint: "Remove it, or write “deny: all”."
        ),
        origin: order.origin
      )
    case (let allow?, nil, nil):
      return AccessRules(order: .allowDeny, allow: allow.rules)
    case (nil, let deny?, nil):
      return AccessRules(order: .denyAllow, deny: deny.rules)
    case (_?, let deny?, nil):
      throw Contradiction(
        value: InvalidValue(
          "“allow” and “deny” need an “order”: whom both mean, and whom neither means, is open.",
          hint: "Write “order: allow,deny” for allow but deny, or “order: deny,allow”."
        ),
        origin: deny.origin
      )
    case (let allow?, nil, (.denyAllow, _)?) where !allow.rules.contains(where: \.meansEverybody):
      throw Contradiction(
        value: InvalidValue(
          "“order: deny,allow” without “deny” lets everybody in, so “allow” is of no account.",
          hint: "Add “deny: all”, or remove “order”."
        ),
        origin: allow.origin
      )
    case (let allow, let deny, let order?):
      return AccessRules(order: order.0, allow: allow?.rules ?? [], deny: deny?.rules ?? [])
    }
  }
}
