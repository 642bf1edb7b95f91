extension Duration {
  /// Understands a whole number with a unit: `500ms`, `2s`, `1m`. At most a day.
  init(parsing text: String) throws(InvalidValue) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard let number = Int64(decimal: digits) else {
      throw InvalidValue(
        "“\(text.shownSafely)” is not a duration.",
        hint: "Write a whole number and a unit: 500ms, 2s or 1m."
      )
    }
    let milliseconds: Int64
    switch unit {
    case "ms": milliseconds = 1
    case "s": milliseconds = 1000
    case "m", "min": milliseconds = 60_000
    case "":
      throw InvalidValue(
        "“\(text)” is a number without a unit.",
        hint: "Write \(text)ms or \(text)s."
      )
    default:
      throw InvalidValue(
        "“\(String(unit).shownSafely)” is not a unit of time.",
        hint: "Write ms, s or m."
      )
    }
    let (total, overflow) = number.multipliedReportingOverflow(by: milliseconds)
    guard !overflow, total <= 86_400_000 else {
      throw InvalidValue("“\(text)” is longer than a day.", hint: "Write 1440m for a day.")
    }
    self = .milliseconds(total)
  }
}
