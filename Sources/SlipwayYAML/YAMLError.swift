/// Why a text is no document that could be read.
package enum YAMLError: Error, Equatable {
  /// Libyaml's words, such as "did not find expected key".
  case syntax(String, at: YAMLMark)
  /// A character that has no place in YAML.
  case character(String, at: YAMLMark)
  /// `&name`: a few that refer to one another stand for billions of nodes.
  case anchor(at: YAMLMark)
  /// Keys that a mapping has more than once; the place is the mapping's.
  case duplicateKeys([String], at: YAMLMark)
  case tooDeep(at: YAMLMark)
  case outOfMemory
}
