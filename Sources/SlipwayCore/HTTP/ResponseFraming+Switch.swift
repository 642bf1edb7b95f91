// Switching protocols (RFC 9110, section 7.8).
extension ResponseFraming.Conditions {
  /// Checks that the request allows a response with status 101 whose Upgrade field is `protocols`.
  func checkSwitch(to protocols: String?) throws(ResponseFraming.InvalidHead) {
    guard let offered else {
      throw .switching("the request offers no other protocol")
    }
    let chosen = protocols?.listedProtocols ?? []
    guard !chosen.isEmpty else {
      throw .switching("the response has no Upgrade field that names the protocol")
    }
    let known = Set(offered.listedProtocols)
    if let unknown = chosen.first(where: { !known.contains($0) }) {
      throw .switching("the request does not offer \(unknown.debugDescription), only \(offered)")
    }
    guard isRequestRead else {
      throw .switching("the body of the request has not been read to its end")
    }
  }
}

extension ResponseFraming.InvalidHead {
  fileprivate static func switching(_ reason: String) -> Self {
    Self(message: "Status 101 cannot be sent: \(reason).", code: "SW143")
  }
}

extension String {
  /// The protocols of an Upgrade field, comparable: their names are compared without case.
  fileprivate var listedProtocols: [String] {
    lowercased().split(separator: ",")
      .map { String(Syntax.trimmed($0)) }
      .filter { !$0.isEmpty }
  }
}
