import HTTPTypes

/// The server's side of the opening handshake (RFC 6455, section 4.2).
struct Handshake {
  /// The value of Sec-WebSocket-Accept.
  let accept: String

  /// The one of the server's subprotocols, in its order, that the client knows first.
  let subprotocol: String?

  init(
    _ request: Request,
    protocols: [String],
    origins: WebSocket.Origins
  ) throws(HandshakeRefusal) {
    guard request.method == .get else { throw .method }
    guard request.upgrade.contains(where: { $0.lowercased() == "websocket" }) else {
      throw .notAsked
    }
    guard request.headerFields[.secWebSocketVersion] == "13" else { throw .version }
    guard let key = request.headerFields[.secWebSocketKey], Base64.isOf16Bytes(key) else {
      throw .malformed("Sec-WebSocket-Key is not the Base64 of 16 bytes")
    }
    guard request.body.contentLength == 0 else { throw .malformed("The request has a body") }
    guard origins.allow(request) else {
      throw .origin(request.headerFields[.origin] ?? "")
    }
    accept = Self.accept(key)
    let offered = Set(request.headerFields[.secWebSocketProtocol]?.listItems ?? [])
    subprotocol = protocols.first(where: offered.contains)
  }

  /// What proves that the server has understood the handshake.
  static func accept(_ key: String) -> String {
    Base64.encoded(SHA1.digest(of: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
  }

  /// The fields of the response besides those that switch the protocol.
  var headerFields: HTTPFields {
    var fields: HTTPFields = [.secWebSocketAccept: accept]
    fields[.secWebSocketProtocol] = subprotocol
    return fields
  }
}

/// Why a handshake is not completed, and what the client is told.
struct HandshakeRefusal: Error {
  private var status: HTTPResponse.Status
  private var message: String
  private var headerFields: HTTPFields = [:]

  static let method = HandshakeRefusal(
    status: .methodNotAllowed,
    message: "A WebSocket is opened with GET",
    headerFields: [.allow: "GET"]
  )

  static let notAsked = HandshakeRefusal(
    status: .upgradeRequired,
    message: "This is a WebSocket: open it with `new WebSocket(…)`, not as a page",
    headerFields: [.upgrade: "websocket", .secWebSocketVersion: "13"]
  )

  static let version = HandshakeRefusal(
    status: .upgradeRequired,
    message: "Version 13 of WebSocket (RFC 6455) is spoken here",
    headerFields: [.upgrade: "websocket", .secWebSocketVersion: "13"]
  )

  static func malformed(_ message: String) -> HandshakeRefusal {
    HandshakeRefusal(status: .badRequest, message: message)
  }

  static func origin(_ origin: String) -> HandshakeRefusal {
    HandshakeRefusal(
      status: .forbidden,
      message: "A page of \(origin) may not open this WebSocket: to let it, name its origin in"
        + " `Response.webSocket(…, from: .listed([…]))`"
    )
  }

  var response: Response {
    var headerFields = headerFields
    headerFields[.contentType] = "text/plain; charset=utf-8"
    return Response(
      status: status,
      headerFields: headerFields,
      body: ResponseBody("\(message). (SW142)\n")
    )
  }
}
