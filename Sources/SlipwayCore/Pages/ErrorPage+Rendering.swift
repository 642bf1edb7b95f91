package import NIOCore

extension ErrorPage {
  /// The page as the client likes it best.
  ///
  /// - Parameters:
  ///   - accept: The Accept field, its lines joined by commas.
  ///   - requestID: What the logs call the exchange.
  ///   - isLive: Whether a script sees to it that the page is asked for again; without, the page
  ///     does so itself.
  ///   - waitingAt: Where the page asks for itself until there is new code: see `AwaitingPages`.
  package func render(
    accept: String?,
    requestID: String,
    isLive: Bool = false,
    waitingAt: String? = nil
  ) -> (contentType: String, body: ByteBuffer) {
    switch PageFormat(accept: accept) {
    case .html:
      (
        "text/html; charset=utf-8",
        HTMLErrorPage.render(self, requestID: requestID, isLive: isLive, waitingAt: waitingAt)
      )
    case .json:
      ("application/problem+json", problemDocument(requestID: requestID))
    case .text:
      ("text/plain; charset=utf-8", ByteBuffer(string: plainText(requestID: requestID)))
    }
  }

  /// What goes into the head beside Content-Type, whatever the rendering.
  package var responseFields: FieldSection {
    var fields = Self.fieldsOfOwnPages
    if let retryAfter { fields.add(name: "Retry-After", value: String(retryAfter)) }
    if let allow { fields.add(name: "Allow", value: allow) }
    return fields
  }

  /// What goes into the head of each page that the server itself has made.
  static var fieldsOfOwnPages: FieldSection {
    [
      "Cache-Control": "no-store",
      "Content-Security-Policy": PageStyle.policy(formsGo: "'none'", framedBy: "'self'"),
      // Pages show paths and source: other sites must not embed them.
      "Cross-Origin-Resource-Policy": "same-origin",
      "Referrer-Policy": "no-referrer",
      "Vary": "Accept",
      "X-Content-Type-Options": "nosniff",
    ]
  }
}
