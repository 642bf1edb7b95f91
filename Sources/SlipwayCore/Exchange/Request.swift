package import NIOCore

/// A request as the gateway received it, with the path split at its mount. A class, because it goes
/// through several hands and never changes.
package final class Request: Sendable {
  /// The method token (RFC 9110, section 9), case-sensitive.
  package let method: String

  /// The request target as received (RFC 9112, section 3.2).
  package let target: String

  /// `http` or `https`.
  package let scheme: String

  /// The Host field, or the authority of an absolute-form target; empty if there was neither.
  package let authority: String

  /// The prefix of the mount, without a trailing slash: empty for the mount at `/`. Plain text as
  /// the configuration spells it, however the client did.
  package let mountPrefix: String

  /// What follows the prefix, still percent-encoded: empty, or beginning with a slash.
  package let path: String

  /// The query without its question mark.
  package let query: String

  /// Header fields in the order received.
  package let fields: FieldSection

  /// 0 for HTTP/1.0, 1 for HTTP/1.1.
  package let httpMinorVersion: Int

  /// The other end of the connection.
  package let peer: SocketAddress?

  /// How many bytes the body has.
  package let body: BodyLength

  /// The protocols that the client offers to switch to, as it listed them (RFC 9110, section 7.8);
  /// nil for none, and with HTTP/1.0.
  package let upgrade: String?

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
