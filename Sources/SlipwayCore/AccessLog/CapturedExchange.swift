/// What an access log wants to know of exchanges beyond what every record has: compiled from its
/// format once, so that exchanges pay for what is named there and for nothing else.
package struct ExchangeCapture: Sendable, Equatable {
  /// Names of request fields, each once.
  package internal(set) var requestFields: [String] = []

  /// Names of response fields, each once.
  package internal(set) var responseFields: [String] = []

  package init() {}
}

/// What was captured of one exchange. A class, so that a record without it stays small.
package final class CapturedExchange: Sendable {
  /// The Host field, or the authority of an absolute-form target; empty if there was neither.
  package let authority: String

  /// The port that the connection came in at; nil for Unix sockets, and once it is closed.
  package let localPort: Int?

  /// Whether the connection lived on.
  package let keepsAlive: Bool

  /// Exchanges before this one on the connection, in this generation.
  package let precursors: Int

  /// The values of the wanted fields, in the order of `ExchangeCapture`: nil where there was none,
  /// joined by commas where there were several.
  package let requestFields: [String?]
  package let responseFields: [String?]

  package init(
    authority: String = "",
    localPort: Int? = nil,
    keepsAlive: Bool = false,
    precursors: Int = 0,
    requestFields: [String?] = [],
    responseFields: [String?] = []
  ) {
    self.authority = authority
    self.localPort = localPort
    self.keepsAlive = keepsAlive
    self.precursors = precursors
    self.requestFields = requestFields
    self.responseFields = responseFields
  }
}
