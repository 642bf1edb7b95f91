/// What one source declares and what it looks up, as the compiler writes it beside each object
/// (`.swiftdeps`): a graph whose arcs lead from a use to the declarations it depends on.
///
/// The compiler's driver decides with it which other sources have to be compiled again.
package struct ReferenceDependencies: Equatable {
  /// A declaration, by which name and context others find it.
  package struct Key: Hashable {
    /// `topLevel`, `member`, …, as the compiler numbers them.
    package let kind: UInt64

    /// 0 is the interface of what is declared, 1 its implementation.
    package let aspect: UInt64
    package let context: String
    package let name: String

    static let implementation: UInt64 = 1

    var asImplementation: Key {
      Key(kind: kind, aspect: Self.implementation, context: context, name: name)
    }
  }

  package struct Node: Equatable {
    package let key: Key

    /// Stands for the text that others can depend on; nil where the compiler has none.
    package var fingerprint: String?

    /// The positions of the nodes that this one depends on.
    package var uses: [Int] = []

    /// Declared in this source; otherwise only looked up.
    package let isProvided: Bool
  }

  package private(set) var nodes: [Node] = []

  /// The compiler names the file as a whole by where it writes this; we name it by its source.
  private static let wholeSource: UInt64 = 6

  /// What the compiler wrote for `source`; nil if it is not of the one form that is known.
  package init?(_ bytes: [UInt8], of source: String) {
    guard var reader = BitstreamReader(bytes, signature: "DEPS") else { return nil }
    var names = [""]
    var hasMetadata = false
    while let record = reader.next() {
      switch (record.code, record.operands.count) {
      case (1, 2):
        // Version 1.0 is the only one there has been.
        guard record.operands == [1, 0], !hasMetadata else { return nil }
        hasMetadata = true
      case (2, 5):
        let operands = record.operands
        guard operands[2] < UInt64(names.count), operands[3] < UInt64(names.count) else {
          return nil
        }
        let key = Key(
          kind: operands[0],
          aspect: operands[1],
          context: names[Int(operands[2])],
          name: operands[0] == Self.wholeSource ? source : names[Int(operands[3])]
        )
        nodes.append(Node(key: key, isProvided: operands[4] != 0))
      case (3, 0):
        guard !nodes.isEmpty, let blob = record.blob else { return nil }
        nodes[nodes.count - 1].fingerprint = String(decoding: blob, as: UTF8.self)
      case (4, 1):
        guard !nodes.isEmpty, let use = Int(exactly: record.operands[0]) else { return nil }
        nodes[nodes.count - 1].uses.append(use)
      case (5, 0):
        guard let blob = record.blob else { return nil }
        names.append(String(decoding: blob, as: UTF8.self))
      default:
        return nil
      }
    }
    let count = nodes.count
    guard reader.isAtEnd, hasMetadata, nodes.allSatisfy({ $0.uses.allSatisfy { $0 < count } })
    else { return nil }
  }

  /// The declarations with their fingerprints.
  package var provided: [Key: String?] {
    Dictionary(
      nodes.lazy.filter(\.isProvided).map { ($0.key, $0.fingerprint) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// Declarations that are not the same in `other`, or only in one of the two.
  package func changes(to other: Self) -> Set<Key> {
    let before = provided
    let after = other.provided
    return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
  }
}
