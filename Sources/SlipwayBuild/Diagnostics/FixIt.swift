/// A change of a source that the compiler proposes, as one of its fix-its.
package struct FixIt: Sendable, Equatable {
  /// An absolute path.
  package var file: String

  /// What is to go, from here up to but without the end; counted from 1, columns in bytes. Nothing goes
  /// where both are the same.
  package var line: Int
  package var column: Int
  package var endLine: Int
  package var endColumn: Int

  /// What is to be put in its place.
  package var text: String

  /// What stands there; nil if the file could not be read.
  package var replaced: String?

  package init(
    file: String,
    line: Int,
    column: Int,
    endLine: Int,
    endColumn: Int,
    text: String,
    replaced: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.endLine = endLine
    self.endColumn = endColumn
    self.text = text
    self.replaced = replaced
  }
}
