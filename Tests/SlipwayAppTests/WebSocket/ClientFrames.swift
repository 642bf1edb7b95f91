import SlipwayApp
import SlipwayTestSupport

/// The client's side of the protocol, for tests: any frame, valid or not.
struct ClientFrame {
  var opcode: UInt8
  var payload: [UInt8] = []
  var isFinal = true
  var reserved: UInt8 = 0
  /// Nil for a frame that is not masked.
  var mask: [UInt8]? = [0x37, 0xfa, 0x21, 0x3d]
  /// Bytes of the length field behind its first; nil for as few as possible.
  var lengthBytes: Int?
  /// Announced instead of the payload's own.
  var length: UInt64?

  static func text(_ text: String, isFinal: Bool = true) -> ClientFrame {
    ClientFrame(opcode: 0x1, payload: Array(text.utf8), isFinal: isFinal)
  }

  static func close(_ code: UInt16, _ reason: String = "") -> ClientFrame {
    ClientFrame(opcode: 0x8, payload: [UInt8(code >> 8), UInt8(code & 0xFF)] + reason.utf8)
  }

  var bytes: [UInt8] {
    let length = length ?? UInt64(payload.count)
    let lengthBytes = lengthBytes ?? (length <= 125 ? 0 : length <= 0xFFFF ? 2 : 8)
    let short = lengthBytes == 0 ? UInt8(length) : lengthBytes == 2 ? 126 : 127
    var bytes = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode, (mask == nil ? 0 : 0x80) | short]
    for index in (0..<lengthBytes).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: length >> UInt64(8 * index)))
    }
    guard let mask else { return bytes + payload }
    bytes += mask
    bytes += payload.enumerated().map { $0.element ^ mask[$0.offset % 4] }
    return bytes
  }
}

extension RawClient {
  /// A frame as a server sends it.
  struct Frame: Equatable {
    var opcode: UInt8
    var payload: [UInt8]

    var text: String { String(decoding: payload, as: UTF8.self) }

    /// Of a close frame.
    var code: UInt16? {
      payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
    }
  }

  func send(_ frame: ClientFrame) throws {
    try send(frame.bytes)
  }

  /// Reads the next frame, which is whole and not masked.
  func frame() throws -> Frame {
    let head = try bytes(2)
    guard head[0] & 0xF0 == 0x80, head[1] & 0x80 == 0 else {
      throw Failure.notHTTP("the frame begins with \(head)")
    }
    var length = Int(head[1])
    if length > 125 {
      length = try bytes(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
    }
    return Frame(opcode: head[0] & 0x0F, payload: try bytes(length))
  }

  /// Sends an opening handshake (RFC 6455, section 1.2) and reads the head of the response.
  func openWebSocket(_ path: String, _ fields: [String] = []) throws -> Response {
    let lines = (Self.handshakeFields + fields).map { "\($0)\r\n" }.joined()
    try send("GET \(path) HTTP/1.1\r\n\(lines)\r\n")
    return try head()
  }

  static let handshakeFields = [
    "Host: localhost", "Connection: Upgrade", "Upgrade: websocket",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
  ]
}
