public import HTTPTypes

extension Request {
  /// A request without a client, for the tests of an application.
  ///
  /// ```swift
  /// let response = try await app.respond(to: Request(testing: .get, "/ports?sort=name"))
  /// #expect(response.status == .ok)
  /// #expect(try await response.body.collect(upTo: 1_000) == Array("Amalfi".utf8))
  /// ```
  ///
  /// - Parameters:
  ///   - method: The method.
  ///   - target: Path and query, percent-encoded, mount prefix included.
  ///   - headerFields: The header fields.
  ///   - body: The content.
  ///   - authority: The host that the request is for.
  ///   - mountPrefix: Where the application is mounted; empty for `/`. The target begins with it.
  ///   - peer: Who asks.
  public init(
    testing method: HTTPRequest.Method = .get,
    _ target: String = "/",
    headerFields: HTTPFields = [:],
    body: RequestBody = RequestBody([]),
    authority: String = "localhost:8080",
    mountPrefix: String = "",
    peer: Peer? = nil
  ) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = String(parts[0])
    precondition(whole.hasPrefix(mountPrefix), "\(target) is not below \(mountPrefix)")
    // As the gateway reads it: without the option `upgrade`, the field is not for this server.
    let options = (headerFields[.connection] ?? "").lowercased().listItems
    let offersUpgrade = options.contains("upgrade")
    self.init(
      head: HTTPRequest(
        method: method,
        scheme: "http",
        authority: authority,
        path: target,
        headerFields: headerFields
      ),
      RequestCopy.Parts(
        mountPrefix: mountPrefix,
        path: String(whole.dropFirst(mountPrefix.count)),
        query: parts.count > 1 ? String(parts[1]) : "",
        peer: peer,
        upgrade: offersUpgrade ? (headerFields[.upgrade] ?? "").listItems : []
      ),
      httpMinorVersion: 1,
      body: body
    )
  }
}

extension Request.Peer {
  /// The other end of a connection that is not there, for the tests of an application.
  public init(testing address: String, port: Int) {
    self.init(address: address, port: port)
  }
}
