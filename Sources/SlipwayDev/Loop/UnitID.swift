/// One thing that is built and loaded as a whole: a dynamic library product of a package. Several
/// mounts may serve the same one.
package struct UnitID: Hashable, Sendable, Comparable, Codable {
  /// The position in the configuration's list of units, which a generation never changes.
  package let index: Int

  package init(_ index: Int) {
    self.index = index
  }

  package static func < (one: Self, other: Self) -> Bool { one.index < other.index }
}
