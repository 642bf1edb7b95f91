import NIOCore
import SlipwayCore
import Testing

struct PushFramesTests {
  private func frame(_ opcode: UInt8, _ text: String, mask: [UInt8] = [1, 2, 3, 4]) -> [UInt8] {
    [0x80 | opcode, 0x80 | UInt8(text.utf8.count)] + mask
      + text.utf8.enumerated().map { $1 ^ mask[$0 % 4] }
  }

  @Test func messagesAreReadHoweverTheyAreCut() {
    let bytes = frame(1, "ping") + frame(9, "x") + frame(10, "") + frame(8, "")
    for place in 0...bytes.count {
      var frames = PushFrames()
      let messages =
        frames.take(ByteBuffer(bytes: bytes[..<place]))
        + frames.take(ByteBuffer(bytes: bytes[place...]))
      #expect(
        messages == [.text("ping"), .ping(ByteBuffer(string: "x")), .close(ByteBuffer())]
      )
      #expect(frames.unread.readableBytes == 0)
    }
  }

  @Test(
    arguments: [
      [0x81, 0x01, 0x20],  // not masked
      [0x01, 0x81, 0, 0, 0, 0, 0x20],  // in pieces
      [0xC1, 0x81, 0, 0, 0, 0, 0x20],  // by an extension
      [0x82, 0x81, 0, 0, 0, 0, 0x20],  // binary
      [0x81, 0xFE, 0xFF, 0xFF],  // too long
      [0x81, 0xFF],  // far too long
    ] as [[UInt8]]
  )
  func whatIsNotUnderstoodIsAViolation(_ bytes: [UInt8]) {
    var frames = PushFrames()
    #expect(frames.take(ByteBuffer(bytes: bytes)).first == .violation)
  }

  /// The example of RFC 6455, section 1.3.
  @Test func theKeyIsAnsweredAsTheStandardSays() {
    #expect(
      WebSocketOpening.accept(key: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    )
  }

  @Test(arguments: [0, 125, 126, 65535, 65536])
  func aMessageSaysItsLength(_ count: Int) {
    let frame = PushFrames.text(String(repeating: "x", count: count))
    #expect(frame.readableBytes == count + (count < 126 ? 2 : count < 65536 ? 4 : 10))
  }
}
