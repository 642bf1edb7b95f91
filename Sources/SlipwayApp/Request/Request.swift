import CSlipwayABI
public import HTTPTypes

/// A request, with its path split at the mount that took it.
public struct Request: Sendable {
  /// Method, scheme, authority, whole path with query, and header fields.
  ///
  /// Header fields that cannot be represented, because their name is not a token, are left out.
  public var head: HTTPRequest

  /// The prefix of the mount, without a trailing slash and still percent-encoded: empty for the
  /// mount at `/`.
  public var mountPrefix: String

  /// What follows the prefix, still percent-encoded: empty, or beginning with a slash.
  public var path: String

  /// The query without its question mark, still percent-encoded.
  public var query: String

  /// Who sent the request; nil over a Unix-domain socket.
  public var peer: Peer?

  /// 0 for HTTP/1.0, 1 for HTTP/1.1.
  public var httpMinorVersion: Int

  /// The content of the request, to be read once.
  public var body: RequestBody

  /// The other end of a connection.
  public struct Peer: Sendable, Hashable {
    /// A numeric IPv4 or IPv6 address.
    public var address: String
    /// The port number.
    public var port: Int
  }

  /// The method of the request.
  public var method: HTTPRequest.Method { head.method }

  /// The header fields of the request.
  public var headerFields: HTTPFields { head.headerFields }

  /// Copies what the gateway passed: it is gone when `handle` returns.
  init(_ request: slipway_request, exchange: Exchange) {
    let prefix = unsafe String(request.mount_prefix)
    let path = unsafe String(request.path)
    let query = unsafe String(request.query)
    let authority = unsafe String(request.authority)
    let method = unsafe HTTPRequest.Method(String(request.method))
    self.head = unsafe HTTPRequest(
      // The gateway passes nothing on that is not a token.
      method: method ?? .get,
      scheme: String(request.scheme),
      authority: authority.isEmpty ? nil : authority,
      path: query.isEmpty ? prefix + path : "\(prefix)\(path)?\(query)",
      headerFields: HTTPFields(request.fields, count: request.field_count)
    )
    self.mountPrefix = prefix
    self.path = path
    self.query = query
    let address = unsafe String(request.peer_address)
    self.peer =
      unsafe address.isEmpty ? nil : Peer(address: address, port: Int(request.peer_port))
    self.httpMinorVersion = Int(unsafe request.http_minor_version)
    self.body = unsafe RequestBody(contentLength: request.content_length, exchange: exchange)
  }
}
