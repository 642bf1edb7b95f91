import SlipwayApp
import Testing

/// Frames as bytes (RFC 6455, section 5).
struct FrameTests {
  typealias Event = FrameDecoder.Event

  private static let binary256 = (0..<256).map { UInt8($0) }
  private static let binary64K = (0..<65536).map { UInt8(truncatingIfNeeded: $0) }

  /// The examples of section 5.7 that a client may send; those that only a server may send follow.
  private static let examples: [(bytes: [UInt8], event: Event)] = [
    (
      [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58],
      .message(.text("Hello"))
    ),
    (
      [0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58], .pong(Array("Hello".utf8))
    ),
  ]

  @Test(arguments: examples)
  func readsTheExamplesOfTheRFC(bytes: [UInt8], event: Event) throws {
    #expect(try events(of: bytes) == [event])
  }

  @Test(arguments: [
    (
      Frame.Opcode.text, Array("Hello".utf8), [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f] as [UInt8]
    ),
    (.ping, Array("Hello".utf8), [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]),
    (.pong, [], [0x8A, 0x00]),
    (.binary, binary256, [0x82, 0x7E, 0x01, 0x00] + binary256),
    (.binary, binary64K, [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + binary64K),
    (.binary, Array(binary256.prefix(125)), [0x82, 125] + binary256.prefix(125)),
    (.binary, Array(binary256.prefix(126)), [0x82, 126, 0, 126] + binary256.prefix(126)),
    (
      .binary, Array(binary64K.prefix(65535)), [0x82, 126, 0xFF, 0xFF] + binary64K.prefix(65535)
    ),
  ])
  func writesTheExamplesOfTheRFC(opcode: Frame.Opcode, payload: [UInt8], bytes: [UInt8]) {
    #expect(Frame.encoded(opcode, payload) == bytes)
  }

  /// The rest of the examples, as a client sends them: masked.
  private static let sequences: [(frames: [ClientFrame], events: [Event])] = [
    (
      [.text("Hel", isFinal: false), ClientFrame(opcode: 0, payload: Array("lo".utf8))],
      [.message(.text("Hello"))]
    ),
    ([ClientFrame(opcode: 9, payload: Array("Hello".utf8))], [.ping(Array("Hello".utf8))]),
    ([ClientFrame(opcode: 2, payload: binary256)], [.message(.binary(binary256))]),
    ([ClientFrame(opcode: 2, payload: binary64K)], [.message(.binary(binary64K))]),
    ([.text("")], [.message(.text(""))]),
    ([ClientFrame(opcode: 2), ClientFrame(opcode: 10)], [.message(.binary([])), .pong([])]),
    // A control frame between fragments (section 5.4), and a character cut in two.
    (
      [
        ClientFrame(opcode: 1, payload: [0xE2, 0x82], isFinal: false),
        ClientFrame(opcode: 9, payload: [1]),
        ClientFrame(opcode: 0, payload: [], isFinal: false),
        ClientFrame(opcode: 0, payload: [0xAC]),
        ClientFrame(opcode: 2, payload: [0xFF]),
      ],
      [.ping([1]), .message(.text("€")), .message(.binary([0xFF]))]
    ),
    ([ClientFrame(opcode: 9, payload: Array(binary256.prefix(125)))], [.ping(Array(0..<125))]),
    ([ClientFrame(opcode: 8)], [.close(.noStatus, reason: "")]),
    ([.close(1000, "tschüß")], [.close(.normal, reason: "tschüß")]),
    ([.close(4999), .text("not read any more")], [.close(.init(rawValue: 4999), reason: "")]),
  ]

  @Test(arguments: sequences)
  func putsMessagesTogether(frames: [ClientFrame], expected: [Event]) throws {
    #expect(try events(of: frames.flatMap(\.bytes)) == expected)
  }

  @Test(arguments: sequences)
  func readsTheSameHoweverTheBytesAreCut(frames: [ClientFrame], expected: [Event]) throws {
    let bytes = frames.flatMap(\.bytes)
    // Each byte alone where that is quick.
    for size in [bytes.count > 10_000 ? 61 : 1, 2, 3, 7, 4096] {
      #expect(try events(of: bytes, inPartsOf: size) == expected)
    }
  }

  private static let violations: [(frames: [ClientFrame], code: WebSocket.CloseCode)] = [
    // Reserved bits and opcodes.
    ([ClientFrame(opcode: 1, reserved: 4)], .protocolError),
    ([ClientFrame(opcode: 1, reserved: 2)], .protocolError),
    ([ClientFrame(opcode: 9, reserved: 1)], .protocolError),
    ([ClientFrame(opcode: 3)], .protocolError),
    ([ClientFrame(opcode: 7)], .protocolError),
    ([ClientFrame(opcode: 11)], .protocolError),
    ([ClientFrame(opcode: 15)], .protocolError),
    // Not masked.
    ([ClientFrame(opcode: 1, payload: [65], mask: nil)], .protocolError),
    ([ClientFrame(opcode: 8, mask: nil)], .protocolError),
    // Control frames.
    ([ClientFrame(opcode: 9, isFinal: false)], .protocolError),
    ([ClientFrame(opcode: 9, payload: [UInt8](repeating: 1, count: 126))], .protocolError),
    ([ClientFrame(opcode: 8, lengthBytes: 8, length: 5)], .protocolError),
    // Fragments.
    ([ClientFrame(opcode: 0)], .protocolError),
    ([ClientFrame(opcode: 0, isFinal: false)], .protocolError),
    ([.text("a", isFinal: false), .text("b")], .protocolError),
    ([.text("a"), ClientFrame(opcode: 0)], .protocolError),
    // Lengths: not the shortest form, beyond 63 bits, beyond the limit of 100,000 bytes.
    ([ClientFrame(opcode: 2, lengthBytes: 2, length: 125)], .protocolError),
    ([ClientFrame(opcode: 2, lengthBytes: 8, length: 0xFFFF)], .protocolError),
    ([ClientFrame(opcode: 2, lengthBytes: 8, length: 1 << 63)], .protocolError),
    ([ClientFrame(opcode: 2, lengthBytes: 8, length: .max)], .protocolError),
    ([ClientFrame(opcode: 2, lengthBytes: 8, length: .max >> 1)], .messageTooBig),
    ([ClientFrame(opcode: 2, length: 100_001)], .messageTooBig),
    (
      [
        ClientFrame(opcode: 2, payload: [UInt8](repeating: 1, count: 50_000), isFinal: false),
        ClientFrame(opcode: 0, length: 50_001),
      ], .messageTooBig
    ),
    // Text that is not UTF-8: a lone byte, an overlong form, a surrogate, beyond Unicode, and a
    // character that its fragments do not complete.
    ([ClientFrame(opcode: 1, payload: [0xFF])], .invalidPayload),
    ([ClientFrame(opcode: 1, payload: [0xC0, 0x80])], .invalidPayload),
    ([ClientFrame(opcode: 1, payload: [0xED, 0xA0, 0x80])], .invalidPayload),
    ([ClientFrame(opcode: 1, payload: [0xF4, 0x90, 0x80, 0x80])], .invalidPayload),
    ([ClientFrame(opcode: 1, payload: [0xE2, 0x82])], .invalidPayload),
    (
      [
        ClientFrame(opcode: 1, payload: [0xE2, 0x82], isFinal: false),
        ClientFrame(opcode: 0, payload: [0x41]),
      ], .invalidPayload
    ),
    // Close frames.
    ([ClientFrame(opcode: 8, payload: [3])], .protocolError),
    ([ClientFrame(opcode: 8, payload: [0x03, 0xE8, 0xFF])], .invalidPayload),
  ]

  @Test(arguments: violations)
  func refuses(frames: [ClientFrame], code: WebSocket.CloseCode) {
    let bytes = frames.flatMap(\.bytes)
    for size in [bytes.count > 1000 ? 61 : 1, bytes.count] {
      let violation = #expect(throws: FrameDecoder.Violation.self) {
        _ = try events(of: bytes, inPartsOf: size)
      }
      #expect(violation?.code == code)
    }
  }

  @Test(
    arguments: [
      0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535,
    ] as [UInt16]
  )
  func refusesTheCloseCode(code: UInt16) {
    let violation = #expect(throws: FrameDecoder.Violation.self) {
      _ = try events(of: ClientFrame.close(code).bytes)
    }
    #expect(violation?.code == .protocolError)
  }

  @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1011, 1012, 1014, 3000, 3999, 4000] as [UInt16])
  func takesTheCloseCode(code: UInt16) throws {
    #expect(
      try events(of: ClientFrame.close(code).bytes) == [.close(.init(rawValue: code), reason: "")]
    )
  }

  @Test func takesAMessageAsLargeAsItsLimit() throws {
    let half = [UInt8](repeating: 9, count: 50_000)
    let frames = [
      ClientFrame(opcode: 2, payload: half, isFinal: false), ClientFrame(opcode: 0, payload: half),
    ]
    #expect(try events(of: frames.flatMap(\.bytes)) == [.message(.binary(half + half))])
  }

  @Test func refusesATooLargeMessageBeforeItComes() {
    var decoder = FrameDecoder(maximumMessageSize: 10)
    decoder.append(Array(ClientFrame(opcode: 2, length: 11).bytes))
    #expect(throws: FrameDecoder.Violation.self) { _ = try decoder.next() }
    #expect((try? decoder.next()) == .some(nil))
  }

  @Test(arguments: [
    (1000 as UInt16, "", [0x88, 2, 0x03, 0xE8] as [UInt8]),
    (1012, "new code", [0x88, 10, 0x03, 0xF4] + Array("new code".utf8)),
    (1005, "never sent", [0x88, 0]), (1006, "", [0x88, 0]), (0, "", [0x88, 0]),
  ])
  func writesCloseFrames(code: UInt16, reason: String, bytes: [UInt8]) {
    #expect(Frame.close(.init(rawValue: code), reason) == bytes)
  }

  @Test func cutsALongReasonBetweenCharacters() {
    let frame = Frame.close(.normal, String(repeating: "é", count: 100))
    #expect(frame.count == 2 + 2 + 122)
    #expect(String(validating: frame.dropFirst(4), as: UTF8.self)?.count == 61)
  }

  /// Valid sequences of frames, damaged and cut at random: an event, a violation or nothing, but
  /// never a trap, and never more memory than the limit allows.
  @Test func survivesWhatIsDamagedAtRandom() {
    var random = SplitMix(seed: 6455)
    for _ in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let frame = ClientFrame(
          opcode: [0, 1, 2, 8, 9, 10].randomElement(using: &random) ?? 0,
          payload: (0..<Int.random(in: 0...200, using: &random))
            .map { _ in
              UInt8.random(in: 0...255, using: &random)
            },
          isFinal: Bool.random(using: &random),
          lengthBytes: [nil, nil, nil, 2, 8].randomElement(using: &random) ?? nil
        )
        bytes += frame.lengthBytes == nil || frame.payload.count > 125 ? frame.bytes : []
      }
      for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
          in: 0...255,
          using: &random
        )
      }
      let size = Int.random(in: 1...64, using: &random)
      let whole = Result { try events(of: bytes, limit: 1000) }
      let parts = Result { try events(of: bytes, inPartsOf: size, limit: 1000) }
      switch (whole, parts) {
      case (.success(let one), .success(let other)): #expect(one == other)
      case (.failure, .failure): break
      default: Issue.record("The same bytes have two meanings: \(bytes) in parts of \(size)")
      }
    }
  }

  private func events(
    of bytes: [UInt8],
    inPartsOf size: Int = .max,
    limit: Int = 100_000
  ) throws -> [Event] {
    var decoder = FrameDecoder(maximumMessageSize: limit)
    var events: [Event] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      decoder.append(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      while let event = try decoder.next() { events.append(event) }
    }
    return events
  }
}

/// Random numbers that are the same in each run.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
