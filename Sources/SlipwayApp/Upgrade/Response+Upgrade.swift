public import HTTPTypes

extension Response {
  /// Switches to a protocol that the request offers: see ``Request/upgrade``.
  ///
  /// ```swift
  /// guard request.upgrade.contains("echo") else { return Response(status: .upgradeRequired) }
  /// return .upgrade(to: "echo") { tunnel in
  ///   for try await bytes in tunnel { try await tunnel.write(bytes) }
  /// }
  /// ```
  ///
  /// The request's body, if it has one, must have been read to its end.
  ///
  /// - Parameters:
  ///   - name: The protocol. One that the request does not offer is a failure of the application.
  ///   - headerFields: What the response says besides.
  ///   - serve: Speaks the protocol. The connection is shut when it returns or throws. Its task is
  ///     cancelled when the client goes away, and when the server restarts, which does not wait for
  ///     it. What is not with the operating system by then is lost.
  public static func upgrade(
    to name: String,
    headerFields: HTTPFields = [:],
    _ serve: @escaping @Sendable (Tunnel) async throws -> Void
  ) -> Response {
    var headerFields = headerFields
    headerFields[.upgrade] = name
    return Response(
      status: .switchingProtocols,
      headerFields: headerFields,
      body: ResponseBody(tunnel: serve)
    )
  }
}
