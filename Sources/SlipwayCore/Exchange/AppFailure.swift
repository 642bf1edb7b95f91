/// What went wrong inside an application while it had an exchange. Data, not an error of ours: it
/// becomes an error page, or a cut connection where the response had begun.
package struct AppFailure: Sendable, Equatable {
  /// What the application said, as it said it.
  package var message: String

  package init(message: String) {
    self.message = message
  }
}
