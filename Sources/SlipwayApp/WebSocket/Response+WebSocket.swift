extension Response {
  /// Opens a WebSocket (RFC 6455), if the request is a handshake for one.
  ///
  /// ```swift
  /// case "/echo":
  ///   .webSocket(request) { socket in
  ///     for await message in socket.messages { try await socket.send(message) }
  ///   }
  /// ```
  ///
  /// Any other request gets a response that says what is wrong: 426 if it asks for no WebSocket, or
  /// for a version other than 13; 400, 403 or 405 for a handshake that is malformed, that comes from
  /// a page which may not open this WebSocket, or that is not a GET.
  ///
  /// - Parameters:
  ///   - request: The request that is answered.
  ///   - protocols: The subprotocols that the server speaks, the favourite first. The first that the
  ///     client knows, too, is ``WebSocket/subprotocol``.
  ///   - origins: Which pages may open the WebSocket. Pages of other sites may not, unless it says so.
  ///   - maximumMessageSize: How many bytes a message of the client may have, 1 MiB unless it says
  ///     otherwise. A larger one closes the connection with ``WebSocket/CloseCode/messageTooBig``.
  ///   - serve: Talks to the client. When it returns, the connection is closed; if it throws, with
  ///     ``WebSocket/CloseCode/internalError``, and the error is logged. Its task is cancelled when
  ///     the client closes or goes away, and when the server restarts: clients are then told
  ///     ``WebSocket/CloseCode/serviceRestart`` and may connect again at once, for the new code
  ///     answers them.
  public static func webSocket(
    _ request: Request,
    protocols: [String] = [],
    from origins: WebSocket.Origins = .own,
    maximumMessageSize: Int = 1 << 20,
    _ serve: @escaping @Sendable (WebSocket) async throws -> Void
  ) -> Response {
    do throws(HandshakeRefusal) {
      let handshake = try Handshake(request, protocols: protocols, origins: origins)
      let subprotocol = handshake.subprotocol
      return .upgrade(to: "websocket", headerFields: handshake.headerFields) { tunnel in
        let socket = WebSocket(exchange: tunnel.exchange, subprotocol: subprotocol)
        try await socket.run(over: tunnel, maximumMessageSize: maximumMessageSize, serve)
      }
    } catch {
      return error.response
    }
  }
}
