/// A file whose content differs from what was last reported of it.
package struct Change: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case created, modified, deleted
  }

  /// Absolute, below the path of its root as the configuration gives it.
  package let path: String
  package let kind: Kind

  package init(path: String, kind: Kind) {
    self.path = path
    self.kind = kind
  }
}
