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

  /// The protocols that the client offers to switch to (RFC 9110, section 7.8); mostly none. See
  /// ``Response/upgrade(to:headerFields:_:)``.
  public var upgrade: [String]

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
  init(_ pointer: UnsafePointer<slipway_request>, exchange: Exchange) {
    // Member by member: an older gateway's request is smaller than a whole one.
    let prefix = unsafe String(pointer.pointee.mount_prefix)
    let path = unsafe String(pointer.pointee.path)
    let query = unsafe String(pointer.pointee.query)
    let authority = unsafe String(pointer.pointee.authority)
    let method = unsafe HTTPRequest.Method(String(pointer.pointee.method))
    self.head = unsafe HTTPRequest(
      // The gateway passes nothing on that is not a token.
      method: method ?? .get,
      scheme: String(pointer.pointee.scheme),
      authority: authority.isEmpty ? nil : authority,
      path: query.isEmpty ? prefix + path : "\(prefix)\(path)?\(query)",
      headerFields: HTTPFields(pointer.pointee.fields, count: pointer.pointee.field_count)
    )
    self.mountPrefix = prefix
    self.path = path
    self.query = query
    let address = unsafe String(pointer.pointee.peer_address)
    self.peer =
      unsafe address.isEmpty ? nil : Peer(address: address, port: Int(pointer.pointee.peer_port))
    self.httpMinorVersion = Int(unsafe pointer.pointee.http_minor_version)
    self.body = unsafe RequestBody(
      contentLength: pointer.pointee.content_length,
      exchange: exchange
    )
    // Appended to version 1 of the interface.
    let hasUpgrade =
      unsafe pointer.pointee.size > MemoryLayout.offset(of: \slipway_request.upgrade) ?? .max
    self.upgrade = unsafe hasUpgrade ? String(pointer.pointee.upgrade).listItems : []
  }
}
