/// A number of bytes as people write it.
package struct ByteCount: Sendable, Hashable {
  package var bytes: Int

  /// No size in a configuration is larger: a tebibyte.
  private static let maximum = 1 << 40

  /// Understands a whole number of bytes, alone or with a binary unit: `512`, `64k` (times 1,024),
  /// `10M`, `1G`. At most 1024G, at least `minimum`.
  package init(parsing text: String, atLeast minimum: Int = 0) throws(InvalidValue) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard let number = Int(decimal: digits) ?? Self.beyond(digits) else {
      throw InvalidValue(
        "“\(text.shownSafely)” is not a size.",
        hint: "Write a whole number of bytes: 512, 64k, 10M or 1G."
      )
    }
    let shift: Int
    switch unit {
    case "": shift = 0
    case "k", "K": shift = 10
    case "M": shift = 20
    case "G": shift = 30
    default:
      throw InvalidValue(
        "“\(String(unit).shownSafely)” is not a unit of size.",
        hint: "Write k, M or G, which are 1,024 bytes, 1,024k and 1,024M."
      )
    }
    guard number <= Self.maximum >> shift else {
      throw InvalidValue("“\(text)” is larger than can be.", hint: "Write 1024G for the most.")
    }
    bytes = number << shift
    guard bytes >= minimum else {
      throw InvalidValue("“\(text)” is too small to work.", hint: "Write \(minimum) or more.")
    }
  }

  /// What stands for digits that do not fit into a number: they are digits all the same.
  private static func beyond(_ digits: Substring) -> Int? {
    digits.isEmpty ? nil : .max
  }
}
