/// The opening handshake of a WebSocket as the server sees it (RFC 6455, section 4.2).
package enum WebSocketOpening {
  /// The value of Sec-WebSocket-Accept; nil if the request does not open a WebSocket.
  static func accept(_ request: Request) -> String? {
    let offers = request.upgrade?.lowercased().split(separator: ",") ?? []
    let keys = request.fields["Sec-WebSocket-Key"]
    guard request.method == "GET",
      offers.contains(where: { Syntax.trimmed($0) == "websocket" }),
      request.fields["Sec-WebSocket-Version"] == ["13"],
      keys.count == 1, keys[0].utf8.count == 24
    else { return nil }
    return accept(key: keys[0])
  }

  package static func accept(key: String) -> String {
    Base64.encode(SHA1.digest(of: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
  }
}
