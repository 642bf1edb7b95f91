/// Where the client of a connection is.
package enum ConnectionOrigin: Sendable, Equatable, Codable {
  /// At the other end of the socket.
  case peer

  /// Somewhere that a PROXY header will tell, which the connection begins with.
  case announced

  /// Where a PROXY header said.
  case client(RelayedClient)
}

/// The client of a connection that another process has accepted, and relays.
package struct RelayedClient: Sendable, Equatable, Codable {
  /// A numeric address, nil if the relay does not know it.
  package var host: String?
  package var port: UInt16

  /// Whether the client speaks TLS with the relay.
  package var isEncrypted: Bool

  /// Whether the client speaks HTTP/2 with the relay: what is relayed is HTTP/1.1 all the same.
  package var isHTTP2: Bool

  package init(host: String?, port: UInt16, isEncrypted: Bool, isHTTP2: Bool = false) {
    self.host = host
    self.port = port
    self.isEncrypted = isEncrypted
    self.isHTTP2 = isHTTP2
  }
}

extension ConnectionOrigin {
  /// Whether the client speaks HTTP/2 with whoever relays its requests.
  var isHTTP2: Bool {
    if case .client(let client) = self { client.isHTTP2 } else { false }
  }
}
