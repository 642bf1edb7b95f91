/// Cuts a stream of the gdb remote serial protocol into its units. See the gdb manual, appendix
/// "Remote Protocol", section "Overview".
struct PacketScanner: Sendable {
  enum Unit: Sendable, Hashable {
    /// `$content#checksum`, as it came.
    case packet([UInt8])
    /// `%content#checksum`: a notification, which nobody answers.
    case notification([UInt8])
    /// `+` or `-`.
    case acknowledgement(UInt8)
    /// 0x03: the client wants the process to stop.
    case interrupt
    /// Anything else. Receivers ignore it.
    case noise(UInt8)

    /// As it was received.
    var bytes: [UInt8] {
      switch self {
      case .packet(let bytes), .notification(let bytes): bytes
      case .acknowledgement(let byte), .noise(let byte): [byte]
      case .interrupt: [Self.interruptByte]
      }
    }

    static let interruptByte: UInt8 = 3
  }

  /// More than LLDB and gdb ever send at once; a stream with more is not of this protocol.
  static let limit = 16 << 20

  /// The beginning of a packet whose end has not come.
  private var pending: [UInt8] = []

  /// How many bytes of the checksum have come; nil before the `#`.
  private var checksumCount: Int?

  /// A packet has more than `limit` bytes: nothing that follows can be understood.
  private(set) var isLost = false

  /// Takes more of the stream; returns the units that are complete now.
  mutating func append(_ bytes: some Sequence<UInt8>) -> [Unit] {
    var units: [Unit] = []
    for byte in bytes where !isLost {
      if pending.isEmpty {
        switch byte {
        case UInt8(ascii: "$"), UInt8(ascii: "%"): pending.append(byte)
        case UInt8(ascii: "+"), UInt8(ascii: "-"): units.append(.acknowledgement(byte))
        case Unit.interruptByte: units.append(.interrupt)
        default: units.append(.noise(byte))
        }
        continue
      }
      pending.append(byte)
      if let count = checksumCount {
        checksumCount = count + 1
        guard count + 1 == 2 else { continue }
        let isPacket = pending[0] == UInt8(ascii: "$")
        units.append(isPacket ? .packet(pending) : .notification(pending))
        pending = []
        checksumCount = nil
      } else if byte == UInt8(ascii: "#") {
        // Binary content escapes it, so this is the end.
        checksumCount = 0
      } else if pending.count > Self.limit {
        isLost = true
        pending = []
      }
    }
    return units
  }

  /// What a packet says, between `$` and `#`.
  static func content(of packet: [UInt8]) -> ArraySlice<UInt8> {
    packet.dropFirst().dropLast(3)
  }

  /// A packet that says `content`, which needs no escapes.
  static func packet(_ content: String) -> [UInt8] {
    let sum = content.utf8.reduce(0 as UInt8) { $0 &+ $1 }
    let digits = String(sum, radix: 16)
    return Array("$\(content)#\(digits.count == 1 ? "0" : "")\(digits)".utf8)
  }
}
