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
    base64(SHA1.digest(of: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
  }

  /// RFC 4648, section 4.
  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < group.count ? Int(group[start + $1]) : 0) }
      for digit in 0..<4 {
        text.append(digit <= group.count ? alphabet[bits >> (18 - 6 * digit) & 63] : 0x3D)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
