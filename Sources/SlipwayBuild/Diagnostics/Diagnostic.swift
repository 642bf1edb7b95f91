/// One finding of the compiler, the linker or the package manager.
package struct Diagnostic: Sendable, Equatable {
  package enum Severity: String, Sendable {
    case error, warning, note
  }

  package var severity: Severity
  package var message: String

  /// An absolute path where the tool gave one.
  package var file: String?

  /// Counted from 1.
  package var line: Int?
  package var column: Int?

  /// The source excerpt that the compiler printed, without its gutter of other diagnostics.
  package var excerpt: String?

  package var notes: [Diagnostic]

  /// What the compiler proposes; to be done all together.
  package var fixIts: [FixIt] = []

  /// What to do about it, where more is known than the tool has said.
  package var remedy: String?

  package init(
    severity: Severity,
    message: String,
    file: String? = nil,
    line: Int? = nil,
    column: Int? = nil,
    excerpt: String? = nil,
    notes: [Diagnostic] = []
  ) {
    self.severity = severity
    self.message = message
    self.file = file
    self.line = line
    self.column = column
    self.excerpt = excerpt
    self.notes = notes
  }
}
