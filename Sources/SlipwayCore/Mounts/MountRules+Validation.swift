extension MountRules {
  /// Whether a text is a method (RFC 9110, section 9.1).
  package static func isMethod(_ text: String) -> Bool { Syntax.isToken(text) }
}

extension MountRules.Field {
  /// Why a response must not be given the field; nil if it may.
  package enum Unfitness: Sendable, Equatable {
    case noName
    /// It frames the message or belongs to the connection: the gateway sets it.
    case ofTheGateway
    /// It says how the body of one response is to be read.
    case ofTheBody
    /// A control character, or a space at an end (RFC 9110, section 5.5).
    case noValue
  }

  package var unfitness: Unfitness? {
    guard Syntax.isToken(name) else { return .noName }
    switch name.lowercased() {
    case "connection", "content-length", "date", "keep-alive", "proxy-connection",
      "slipway-generation", "te", "trailer", "transfer-encoding", "upgrade":
      return .ofTheGateway
    case "content-encoding", "content-range", "accept-ranges":
      return .ofTheBody
    default: break
    }
    let ends = [value.utf8.first, value.utf8.last]
    guard value.utf8.allSatisfy({ Syntax.isText($0) }), !ends.contains(Syntax.space),
      !ends.contains(Syntax.tab)
    else { return .noValue }
    return nil
  }
}
