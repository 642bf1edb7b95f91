/// What went wrong inside an application while it had an exchange. Data, not an error of ours: it
/// becomes an error page, or a cut connection where the response had begun.
package struct AppFailure: Sendable, Equatable {
  /// What the application said, as it said it.
  package var message: String

  /// The code of the error that the client and the log are told of.
  package var code: String

  /// What the client is shown, if there is more to show than the message.
  package var page: ErrorPage?

  package init(message: String, code: String = "SW022", page: ErrorPage? = nil) {
    self.message = message
    self.code = code
    self.page = page
  }
}
