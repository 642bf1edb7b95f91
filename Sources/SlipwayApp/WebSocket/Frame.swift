/// The frames that a server sends (RFC 6455, section 5.2): whole, and not masked.
package enum Frame {
  /// What a frame is.
  package enum Opcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Whether frames of this kind may come between the fragments of a message.
    var isControl: Bool { rawValue & 0x8 != 0 }
  }

  /// How many bytes of payload a control frame may have.
  static let controlLimit = 125

  package static func encoded(_ opcode: Opcode, _ payload: some Collection<UInt8>) -> [UInt8] {
    let count = payload.count
    var frame: [UInt8] = []
    frame.reserveCapacity(count + 10)
    frame.append(0x80 | opcode.rawValue)
    switch count {
    case ...125:
      frame.append(UInt8(count))
    case ...0xFFFF:
      frame.append(126)
      frame.appendBigEndian(UInt16(count))
    default:
      frame.append(127)
      frame.appendBigEndian(UInt64(count))
    }
    frame += payload
    return frame
  }

  /// A close frame. A reason that is too long is cut between two characters.
  package static func close(_ code: WebSocket.CloseCode, _ reason: String = "") -> [UInt8] {
    guard code.isForTheWire else { return encoded(.close, []) }
    var payload: [UInt8] = []
    payload.appendBigEndian(code.rawValue)
    for character in reason {
      guard payload.count + character.utf8.count <= controlLimit else { break }
      payload += character.utf8
    }
    return encoded(.close, payload)
  }
}

extension [UInt8] {
  fileprivate mutating func appendBigEndian(_ number: some FixedWidthInteger) {
    for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
