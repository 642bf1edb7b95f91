package import NIOCore

/// Frames of a WebSocket on which the server speaks and the client says hardly anything (RFC 6455,
/// section 5).
package struct PushFrames {
  /// What a client has said.
  package enum Message: Equatable {
    case text(String)
    case ping(ByteBuffer)
    /// To be answered by the same.
    case close(ByteBuffer)
    /// It breaks the rules, or wants too much.
    case violation
  }

  /// Clients say `ping`, and close: more than this is no client of ours.
  static let limit = 1024

  /// What has arrived and is no whole frame yet.
  package private(set) var unread = ByteBuffer()

  package init() {}

  package mutating func take(_ bytes: ByteBuffer) -> [Message] {
    unread.discardReadBytes()
    unread.writeImmutableBuffer(bytes)
    var messages: [Message] = []
    while let message = next() {
      messages.append(message)
      // What follows it cannot be told apart.
      if message == .violation { break }
    }
    return messages
  }

  private mutating func next() -> Message? {
    while true {
      let start = unread.readerIndex
      guard let first: UInt8 = unread.getInteger(at: start),
        let second: UInt8 = unread.getInteger(at: start + 1)
      else { return nil }
      // Whole, without extensions, masked, short: what is else is not understood.
      var header = 2
      var count = Int(second & 0x7F)
      // 127 stands for a length of eight bytes.
      if count == 127 { return .violation }
      if count == 126 {
        guard let long: UInt16 = unread.getInteger(at: start + 2) else { return nil }
        (count, header) = (Int(long), 4)
      }
      guard first & 0xF0 == 0x80, second & 0x80 != 0, count <= Self.limit else { return .violation }
      guard unread.readableBytes >= header + 4 + count,
        let mask = unread.getBytes(at: start + header, length: 4),
        let masked = unread.getBytes(at: start + header + 4, length: count)
      else { return nil }
      unread.moveReaderIndex(forwardBy: header + 4 + count)
      let payload = masked.enumerated().map { $1 ^ mask[$0 % 4] }
      switch first & 0x0F {
      case 1: return .text(String(decoding: payload, as: UTF8.self))
      case 8: return .close(ByteBuffer(bytes: payload))
      case 9 where count <= 125: return .ping(ByteBuffer(bytes: payload))
      case 10: continue
      default: return .violation
      }
    }
  }

  package static func text(_ text: String) -> ByteBuffer { frame(1, ByteBuffer(string: text)) }
  static func pong(_ payload: ByteBuffer) -> ByteBuffer { frame(10, payload) }
  static func close(_ payload: ByteBuffer) -> ByteBuffer { frame(8, payload) }

  /// 1008 and the like (section 7.4.1).
  static func close(code: UInt16) -> ByteBuffer { close(ByteBuffer(integer: code)) }

  private static func frame(_ opcode: UInt8, _ payload: ByteBuffer) -> ByteBuffer {
    var frame = ByteBuffer()
    frame.writeInteger(0x80 | opcode)
    switch payload.readableBytes {
    case ..<126: frame.writeInteger(UInt8(payload.readableBytes))
    case ..<65536:
      frame.writeInteger(UInt8(126))
      frame.writeInteger(UInt16(payload.readableBytes))
    default:
      frame.writeInteger(UInt8(127))
      frame.writeInteger(UInt64(payload.readableBytes))
    }
    frame.writeImmutableBuffer(payload)
    return frame
  }
}
