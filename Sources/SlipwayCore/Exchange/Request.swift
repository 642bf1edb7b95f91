package import NIOCore

/// A request as the gateway received it, with the path split at its mount.
package struct Request: Sendable {
  /// The method token (RFC 9110, section 9), case-sensitive.
  package var method: String

  /// The request target as received (RFC 9112, section 3.2).
  package var target: String

  /// `http` or `https`.
  package var scheme: String

  /// The Host field, or the authority of an absolute-form target; empty if there was neither.
  package var authority: String

  /// The prefix of the mount, without a trailing slash: empty for the mount at `/`. Plain text as
  /// the configuration spells it, however the client did.
  package var mountPrefix: String

  /// What follows the prefix, still percent-encoded: empty, or beginning with a slash.
  package var path: String

  /// The query without its question mark.
  package var query: String

  /// Header fields in the order received.
  package var fields: FieldSection

  /// 0 for HTTP/1.0, 1 for HTTP/1.1.
  package var httpMinorVersion: Int

  /// The other end of the connection.
  package var peer: SocketAddress?

  /// How many bytes the body has.
  package var body: BodyLength

  /// The protocols that the client offers to switch to, as it listed them (RFC 9110, section 7.8);
  /// nil for none, and with HTTP/1.0.
  package var upgrade: String?

  /// The announced size of a request body (RFC 9112, section 6.3).
  package enum BodyLength: Sendable, Equatable {
    case none
    case known(Int)
    case unknown
  }

  package init(
    method: String,
    target: String,
    scheme: String = "http",
    authority: String = "",
    mountPrefix: String = "",
    path: String,
    query: String = "",
    fields: FieldSection = [:],
    httpMinorVersion: Int = 1,
    peer: SocketAddress? = nil,
    body: BodyLength = .none,
    upgrade: String? = nil
  ) {
    self.method = method
    self.target = target
    self.scheme = scheme
    self.authority = authority
    self.mountPrefix = mountPrefix
    self.path = path
    self.query = query
    self.fields = fields
    self.httpMinorVersion = httpMinorVersion
    self.peer = peer
    self.body = body
    self.upgrade = upgrade
  }

  /// Whether a process of this machine asks, by a Unix socket or a loopback address.
  package var isFromThisMachine: Bool { Peer(remote: peer, local: nil).isLocal }
}
