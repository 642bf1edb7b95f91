/// What a single key asks for.
package enum Key: Sendable, Equatable {
  case restart, open, debug, clear, quit, help

  /// nil for a key without a meaning. `byte` is what the terminal sent.
  init?(byte: UInt8) {
    switch byte {
    case UInt8(ascii: "r"), UInt8(ascii: "R"): self = .restart
    case UInt8(ascii: "o"), UInt8(ascii: "O"): self = .open
    case UInt8(ascii: "d"), UInt8(ascii: "D"): self = .debug
    case UInt8(ascii: "c"), UInt8(ascii: "C"), 0x0c: self = .clear  // 0x0c: Ctrl-L
    case UInt8(ascii: "q"), UInt8(ascii: "Q"), 0x04: self = .quit  // 0x04: Ctrl-D
    case UInt8(ascii: "?"), UInt8(ascii: "h"), UInt8(ascii: "H"): self = .help
    default: return nil
    }
  }

  /// The keys in what one read brought. An escape sequence (an arrow, a paste, a mouse) is not keys,
  /// and neither is what came along with it.
  package static func keys(in bytes: some Sequence<UInt8>) -> [Key] {
    bytes.prefix { $0 != 0x1b }.compactMap(Key.init(byte:))
  }
}
