extension StringProtocol {
  /// How many columns of a terminal the text takes, which has no control characters in it.
  ///
  /// Near enough for cutting a line: wide are emoji and the East Asian blocks of UAX #11.
  var columns: Int {
    let bytes = utf8
    return bytes.allSatisfy { $0 < 0x80 } ? bytes.count : reduce(0) { $0 + $1.columns }
  }

  /// As much of the text as fits into `columns`.
  func prefix(columns: Int) -> SubSequence {
    var room = columns
    return prefix { character in
      room -= character.columns
      return room >= 0
    }
  }

  /// The text, filled up with spaces.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - columns))
  }

  /// The text, with spaces before it.
  func aligned(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - columns)) + self
  }
}

extension Character {
  fileprivate var columns: Int {
    guard !isASCII, let first = unicodeScalars.first else { return 1 }
    switch first.value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
      0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x20000...0x3fffd:
      return 2
    default:
      let isEmoji =
        first.properties.isEmojiPresentation
        || unicodeScalars.contains { $0.value == 0xfe0f }
      return isEmoji ? 2 : 1
    }
  }
}
