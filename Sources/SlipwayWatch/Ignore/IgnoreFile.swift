/// The patterns of one .gitignore file, in order.
package struct IgnoreFile: Sendable, Equatable {
  private let patterns: [IgnorePattern]

  init(lines: [String]) {
    patterns = lines.compactMap { IgnorePattern(line: $0.utf8) }
  }

  package init(text: String) {
    // Bytes, because "\r\n" is a single character to Swift.
    patterns = text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { IgnorePattern(line: $0) }
  }

  /// Whether the entry is ignored, or expressly not ignored; nil if no pattern concerns it. The
  /// last pattern that matches decides.
  package func decision(_ components: ArraySlice<[UInt8]>, isDirectory: Bool) -> Bool? {
    patterns.last { $0.matches(components, isDirectory: isDirectory) }.map { !$0.isNegated }
  }
}
