/// A URL prefix and what serves the requests below it.
package struct Mount: Sendable, Hashable {
  /// A path that begins with a slash and, except for `/` itself, does not end with one.
  package let prefix: String

  /// What kind of thing is mounted, as the configuration spells it: `swift`, `files`.
  package let kind: String

  /// The directory, product or script, as shown to the user.
  package let target: String

  /// Where the mount stands in the configuration: what somebody keeps for each mount is found by it
  /// without a look at any string.
  package let index: Int

  /// What holds for every exchange of the mount.
  package let rules: MountRules

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
    self.rules = rules
  }
}
