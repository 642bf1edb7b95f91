/// Why a text is not the value of a setting. Whoever knows where the text was written makes a
/// `ConfigurationError.Problem` of it.
package struct InvalidValue: Error, Equatable {
  /// What is wrong, as a sentence that quotes the text.
  package var message: String

  /// What would have been right.
  package var hint: String?

  package init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
