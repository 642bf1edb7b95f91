public import HTTPTypes

/// A request, with its path split at the mount that took it.
public struct Request: Sendable {
  /// Method, scheme, authority, whole path with query, and header fields.
  ///
  /// Header fields that cannot be represented, because their name is not a token, are left out.
  public var head: HTTPRequest {
    get { values.head }
    set { values = .made(head: newValue, values.parts) }
  }

  /// The prefix of the mount, without a trailing slash and still percent-encoded: empty for the
  /// mount at `/`.
  public var mountPrefix: String {
    get { values.parts.mountPrefix }
    set { change { $0.mountPrefix = newValue } }
  }

  /// What follows the prefix, still percent-encoded: empty, or beginning with a slash.
  public var path: String {
    get { values.parts.path }
    set { change { $0.path = newValue } }
  }

  /// The query without its question mark, still percent-encoded.
  public var query: String {
    get { values.parts.query }
    set { change { $0.query = newValue } }
  }

  /// Who sent the request; nil over a Unix-domain socket.
  public var peer: Peer? {
    get { values.parts.peer }
    set { change { $0.peer = newValue } }
  }

  /// The protocols that the client offers to switch to (RFC 9110, section 7.8); mostly none. See
  /// ``Response/upgrade(to:headerFields:_:)``.
  public var upgrade: [String] {
    get { values.parts.upgrade }
    set { change { $0.upgrade = newValue } }
  }

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

  private var values: Values

  /// The method of the request.
  public var method: HTTPRequest.Method {
    switch values {
    case .made(let head, _): head.method
    case .received(let run): run.request.method
    }
  }

  /// The header fields of the request.
  public var headerFields: HTTPFields { head.headerFields }

  /// The request as the gateway passed it.
  init(_ run: ExchangeRun) {
    values = .received(run)
    httpMinorVersion = Int(run.request.httpMinorVersion)
    body = RequestBody(run)
  }

  init(head: HTTPRequest, _ parts: RequestCopy.Parts, httpMinorVersion: Int, body: RequestBody) {
    self.values = .made(head: head, parts)
    self.httpMinorVersion = httpMinorVersion
    self.body = body
  }

  private mutating func change(_ edit: (inout RequestCopy.Parts) -> Void) {
    var parts = values.parts
    edit(&parts)
    values = .made(head: head, parts)
  }

  /// What came with the request: values, or what they are made of when somebody asks. Indirect, so
  /// that a request that is passed on is one reference.
  private enum Values {
    indirect case made(head: HTTPRequest, RequestCopy.Parts)
    case received(ExchangeRun)

    var head: HTTPRequest {
      switch self {
      case .made(let head, _): head
      case .received(let run): run.head
      }
    }

    var parts: RequestCopy.Parts {
      switch self {
      case .made(_, let parts): parts
      case .received(let run): run.parts
      }
    }
  }
}
