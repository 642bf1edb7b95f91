/// Why a request is answered by the gateway itself and the connection closed: its end cannot be
/// trusted, or it is more than the gateway takes.
package struct Refusal: Error, Equatable {
  package var status: Int
  package var code: String
  package var title: String
  package var message: String
  package var remedy: String?

  var page: ErrorPage {
    ErrorPage(code: code, status: status, title: title, message: message, remedy: remedy)
  }

  static func malformed(_ message: String) -> Refusal {
    Refusal(status: 400, code: "SW030", title: "Bad request", message: message)
  }

  static let notHTTP = Refusal(
    status: 400,
    code: "SW030",
    title: "Bad request",
    message: "What arrived does not begin like an HTTP/1.1 request.",
    remedy:
      "This port speaks plain HTTP: use http://, not https://, or start the server with --tls."
  )

  static func unsupportedVersion(_ version: String) -> Refusal {
    Refusal(
      status: 505,
      code: "SW030",
      title: "HTTP version not supported",
      message: "The request is in \(version); this server speaks HTTP/1.1 and HTTP/1.0."
    )
  }

  /// RFC 9110, section 15.6.2: a method that no resource here will ever support.
  static let noTunnel = Refusal(
    status: 501,
    code: "SW030",
    title: "Method not implemented",
    message: "CONNECT asks for a tunnel; this server is no proxy.",
    remedy: "Take this server out of the proxy settings of the client."
  )

  static let notAuthority = malformed("The target of CONNECT is not a host and a port.")

  static let unknownTransferCoding = Refusal(
    status: 501,
    code: "SW030",
    title: "Transfer coding not implemented",
    message: "The request body is in a transfer coding other than \"chunked\"."
  )

  static let unknownExpectation = Refusal(
    status: 417,
    code: "SW030",
    title: "Expectation failed",
    message: "The request expects something other than 100-continue."
  )

  static func longRequestLine(limit: Int) -> Refusal {
    Refusal(
      status: 414,
      code: "SW031",
      title: "URI too long",
      message: "The request line is longer than \(limit) bytes, which is the limit here.",
      remedy: "Send what makes the URL long in a body, or raise `request-line-limit`."
    )
  }

  static func largeHead(limit: Int) -> Refusal {
    Refusal(
      status: 431,
      code: "SW031",
      title: "Request header fields too large",
      message: "The head of the request is larger than \(limit) bytes, which is the limit here.",
      remedy: "Old cookies of other projects on this host are the usual cause: delete them, or"
        + " raise `head-limit`."
    )
  }

  static func manyFields(limit: Int) -> Refusal {
    Refusal(
      status: 431,
      code: "SW031",
      title: "Request header fields too large",
      message: "The request has more than \(limit) header fields, which is the limit here.",
      remedy: "Send fewer, or raise `field-limit`."
    )
  }

  static let slowHead = Refusal(
    status: 408,
    code: "SW032",
    title: "Request timeout",
    message: "The head of the request did not arrive in time.",
    remedy: "Send it without pauses, or raise `head-timeout`."
  )
}
