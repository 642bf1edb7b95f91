/// Where the debug socket is, as `.slipway/server.json` says it.
package enum DebugAddress: Sendable, Hashable {
  /// `host` is a name or an address, IPv6 in brackets.
  case tcp(host: String, port: Int)
  case unix(path: String)

  /// Reads `127.0.0.1:4711`, `[::1]:4711` or `unix:/run/debug.sock`.
  package init?(_ text: String) {
    if text.hasPrefix("unix:") {
      guard text.count > 5 else { return nil }
      self = .unix(path: String(text.dropFirst(5)))
      return
    }
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
      !text[text.index(after: colon)...].hasPrefix("+"),
      let port = Int(text[text.index(after: colon)...]), (1...65535).contains(port)
    else { return nil }
    self = .tcp(host: String(text[..<colon]), port: port)
  }
}

extension String {
  /// A host as it is where no port follows: an address of IPv6 without its brackets.
  package var unbracketed: String {
    hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self
  }
}
