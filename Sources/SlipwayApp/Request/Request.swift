public import HTTPTypes

/// A request, with its path split at the mount that took it.
public struct Request: Sendable {
  /// Method, scheme, authority, whole path with query, and header fields.
  ///
  /// Header fields that cannot be represented, because their name is not a token, are left out.
  public var head: HTTPRequest {
    get { wholeHead.value }
    set { wholeHead = .made(newValue) }
  }

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

  private var wholeHead: WholeHead

  /// What `head` is made of: a value, or what becomes one when somebody asks.
  enum WholeHead {
    case made(HTTPRequest)
    case received(ExchangeRun)

    fileprivate var value: HTTPRequest {
      switch self {
      case .made(let head): head
      case .received(let run): run.head
      }
    }
  }

  /// The method of the request.
  public var method: HTTPRequest.Method {
    switch wholeHead {
    case .made(let head): head.method
    case .received(let run): run.request.method
    }
  }

  /// The header fields of the request.
  public var headerFields: HTTPFields { head.headerFields }

  /// The request as the gateway passed it.
  init(_ run: ExchangeRun) {
    let parts = run.request.parts
    self.init(
      head: .received(run),
      parts,
      httpMinorVersion: Int(run.request.httpMinorVersion),
      body: RequestBody(run)
    )
  }

  init(head: WholeHead, _ parts: RequestCopy.Parts, httpMinorVersion: Int, body: RequestBody) {
    self.wholeHead = head
    self.mountPrefix = parts.mountPrefix
    self.path = parts.path
    self.query = parts.query
    self.peer = parts.peer
    self.upgrade = parts.upgrade
    self.httpMinorVersion = httpMinorVersion
    self.body = body
  }
}
