/// What a YAML document is made of, with the places where it stands.
///
/// Scalars are text: whether `true` is a truth value is for whoever knows what is meant. There are no
/// anchors and no tags.
package indirect enum YAMLNode: Sendable {
  /// `isPlain` tells that it is neither quoted nor a block.
  case scalar(text: String, isPlain: Bool, YAMLMark)
  case sequence([YAMLNode], YAMLMark)
  /// In the order of the text; no two keys are the same text.
  case mapping([(key: YAMLNode, value: YAMLNode)], YAMLMark)

  /// Where it begins.
  package var mark: YAMLMark {
    switch self {
    case .scalar(_, _, let mark), .sequence(_, let mark), .mapping(_, let mark): mark
    }
  }
}

/// A place in a text: both count from 1, columns in Unicode scalars.
package struct YAMLMark: Sendable, Equatable {
  package var line: Int
  package var column: Int
}
