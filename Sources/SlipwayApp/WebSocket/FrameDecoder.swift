/// Reads the frames that a client sends (RFC 6455, section 5), however they are cut into reads, and
/// puts fragmented messages together.
///
/// It keeps no more than the message in hand, up to its limit: the payload is unmasked as it comes,
/// and a length beyond the limit is refused when it is announced.
package struct FrameDecoder: Sendable {
  package enum Event: Sendable, Equatable {
    case message(WebSocket.Message)
    case ping([UInt8])
    case pong([UInt8])
    /// The last event. Without a code in the frame it is ``WebSocket/CloseCode/noStatus``.
    case close(WebSocket.CloseCode, reason: String)
  }

  /// How the client broke the protocol. After it there is nothing more to be read.
  package struct Violation: Error, Equatable {
    package var code: WebSocket.CloseCode
    package var reason: String
  }

  private struct Header {
    var opcode: Frame.Opcode
    var isFinal: Bool
    var length: Int
    var mask: SIMD4<UInt8>
  }

  private let maximumMessageSize: Int

  /// What has arrived and was not looked at: after `next` has returned nil, part of a header.
  private var input: [UInt8] = []
  private var position = 0

  /// The frame in hand, and how much of its payload has been taken.
  private var header: Header?
  private var taken = 0

  /// The message in hand, and its kind once its first frame has begun.
  private var message: [UInt8] = []
  private var messageKind: Frame.Opcode?
  private var control: [UInt8] = []
  private var isOver = false

  /// - Parameter maximumMessageSize: Bytes of a message, all its fragments together.
  package init(maximumMessageSize: Int) {
    self.maximumMessageSize = max(0, maximumMessageSize)
  }

  /// Takes what has arrived.
  package mutating func append(_ bytes: [UInt8]) {
    if position == input.count {
      input = bytes
    } else {
      input.removeFirst(position)
      input += bytes
    }
    position = 0
  }

  /// The next event; nil if that takes more bytes, or there will be none.
  package mutating func next() throws(Violation) -> Event? {
    while !isOver {
      if header == nil { header = try takeHeader() }
      guard let header, takePayload(of: header) else { return nil }
      self.header = nil
      taken = 0
      if let event = try finish(header) { return event }
    }
    return nil
  }

  // MARK: A frame

  private mutating func takeHeader() throws(Violation) -> Header? {
    let available = input.count - position
    guard available >= 2 else { return nil }
    let (first, second) = (input[position], input[position + 1])
    guard first & 0x70 == 0 else { throw breach("A reserved bit is set") }
    guard let opcode = Frame.Opcode(rawValue: first & 0x0F) else {
      throw breach("The opcode \(first & 0x0F) is reserved")
    }
    guard second & 0x80 != 0 else { throw breach("A frame of a client is not masked") }
    let isFinal = first & 0x80 != 0
    try checkOrder(of: opcode, isFinal: isFinal, length: second & 0x7F)

    let lengthBytes =
      switch second & 0x7F {
      case 126: 2
      case 127: 8
      default: 0
      }
    let maskStart = position + 2 + lengthBytes
    guard input.count >= maskStart + 4 else { return nil }
    var length = UInt64(second & 0x7F)
    if lengthBytes > 0 {
      length = input[(position + 2)..<maskStart].reduce(0) { $0 << 8 | UInt64($1) }
      guard length > (lengthBytes == 2 ? 125 : 0xFFFF), length >> 63 == 0 else {
        throw breach("A length is not in its shortest form")
      }
    }
    guard opcode.isControl || length <= maximumMessageSize - message.count else {
      throw breach("A message is larger than \(maximumMessageSize) bytes", .messageTooBig)
    }
    var mask = SIMD4<UInt8>()
    for index in 0..<4 { mask[index] = input[maskStart + index] }
    position = maskStart + 4
    if opcode == .text || opcode == .binary { messageKind = opcode }
    return Header(opcode: opcode, isFinal: isFinal, length: Int(length), mask: mask)
  }

  /// RFC 6455, sections 5.4 and 5.5.
  private mutating func checkOrder(
    of opcode: Frame.Opcode,
    isFinal: Bool,
    length: UInt8
  ) throws(Violation) {
    switch opcode {
    case .close, .ping, .pong:
      guard isFinal else { throw breach("A control frame is fragmented") }
      guard length <= Frame.controlLimit else { throw breach("A control frame is too long") }
    case .continuation:
      guard messageKind != nil else { throw breach("Nothing is there to be continued") }
    case .text, .binary:
      guard messageKind == nil else { throw breach("A message begins inside another") }
    }
  }

  /// Moves what has come of a payload to where it belongs, unmasked (section 5.3). False if some
  /// is still to come.
  private mutating func takePayload(of header: Header) -> Bool {
    let count = min(header.length - taken, input.count - position)
    let part = input[position..<(position + count)]
    if header.opcode.isControl {
      Self.append(part, to: &control, header.mask, from: taken)
    } else {
      Self.append(part, to: &message, header.mask, from: taken)
    }
    position += count
    taken += count
    return taken == header.length
  }

  private static func append(
    _ part: ArraySlice<UInt8>,
    to target: inout [UInt8],
    _ mask: SIMD4<UInt8>,
    from offset: Int
  ) {
    // No room is reserved: that is exact, so it would copy the message once for each of its pieces.
    var offset = offset
    for byte in part {
      target.append(byte ^ mask[offset & 3])
      offset += 1
    }
  }

  // MARK: A whole frame

  private mutating func finish(_ header: Header) throws(Violation) -> Event? {
    switch header.opcode {
    case .continuation, .text, .binary:
      guard header.isFinal else { return nil }
      defer {
        message = []
        messageKind = nil
      }
      guard messageKind == .text else { return .message(.binary(message)) }
      guard let text = String(validating: message, as: UTF8.self) else {
        throw breach("A text message is not UTF-8", .invalidPayload)
      }
      return .message(.text(text))
    case .ping, .pong, .close:
      defer { control = [] }
      switch header.opcode {
      case .ping: return .ping(control)
      case .pong: return .pong(control)
      default: return try close(control)
      }
    }
  }

  private mutating func close(_ payload: [UInt8]) throws(Violation) -> Event {
    guard !payload.isEmpty else {
      isOver = true
      return .close(.noStatus, reason: "")
    }
    guard payload.count >= 2 else { throw breach("A close frame has half a code") }
    let code = WebSocket.CloseCode(rawValue: UInt16(payload[0]) << 8 | UInt16(payload[1]))
    guard code.isForTheWire else { throw breach("The close code \(code.rawValue) is not allowed") }
    guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else {
      throw breach("The reason of a close frame is not UTF-8", .invalidPayload)
    }
    isOver = true
    return .close(code, reason: reason)
  }

  private mutating func breach(
    _ reason: String,
    _ code: WebSocket.CloseCode = .protocolError
  ) -> Violation {
    isOver = true
    return Violation(code: code, reason: reason)
  }
}
