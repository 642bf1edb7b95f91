// Why a request's body cannot be had: said to the client in the application's stead, as long as the
// application has not begun to answer.
extension ErrorPage {
  static func bodyTooLarge(limit: Int) -> ErrorPage {
    ErrorPage(
      code: "SW027",
      status: 413,
      title: "Content too large",
      message: "The request's body is larger than \(limit) bytes, which is the limit here.",
      remedy: "Raise `body-limit`, for all or for this mount, or send less."
    )
  }

  static func slowBody(_ timeout: Duration) -> ErrorPage {
    ErrorPage(
      code: "SW028",
      status: 408,
      title: "Request timeout",
      message: "For \(timeout), no further byte of the request's body arrived.",
      remedy: "Send without such pauses, or raise `body-timeout`."
    )
  }

  static let malformedBody = ErrorPage(
    code: "SW030",
    status: 400,
    title: "Bad request",
    message: "The chunks of the request's body are malformed.",
    remedy: "Mend the client: RFC 9112, section 7.1, says what chunks look like."
  )

  static let incompleteBody = ErrorPage(
    code: "SW030",
    status: 400,
    title: "Bad request",
    message: "The client closed the connection for sending before the request's body was complete."
  )

  static func tooManyConnections(limit: Int) -> ErrorPage {
    ErrorPage(
      code: "SW140",
      status: 503,
      title: "Too many connections",
      message: "The server has \(limit) connections open, which is its limit.",
      remedy: "Close some, or raise `connection-limit`.",
      retryAfter: 1
    )
  }
}
