/// A URL prefix and what serves the requests below it.
package final class Mount: Sendable {
  /// A path that begins with a slash and, except for `/` itself, does not end with one. Plain text:
  /// nothing in it is percent-encoded.
  package let prefix: String

  /// What kind of thing is mounted, as the configuration spells it: `swift`, `files`.
  package let kind: String

  /// The directory, product or script, as shown to the user.
  package let target: String

  /// Where the mount stands in the configuration: what somebody keeps for each mount is found by it
  /// without a look at any string.
  package let index: Int

  /// nil if the mount has no rules.
  let policy: MountPolicy?

  package init(
    prefix: String,
    kind: String,
    target: String,
    index: Int = 0,
    rules: MountRules = MountRules()
  ) {
    self.prefix = prefix
    self.index = index
    self.kind = kind
    self.target = target
    policy = MountPolicy(rules)
  }

  /// What holds for every exchange of the mount.
  package var rules: MountRules { policy?.rules ?? MountRules() }
}

extension Mount: Hashable {
  package static func == (lhs: Mount, rhs: Mount) -> Bool {
    lhs.index == rhs.index && lhs.prefix == rhs.prefix && lhs.kind == rhs.kind
      && lhs.target == rhs.target && (lhs.policy === rhs.policy || lhs.rules == rhs.rules)
  }

  /// In one table no two have the same prefix.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(prefix)
  }
}
