/// A moment in whole seconds, as HTTP fields write it (RFC 9110, section 5.6.7).
package struct HTTPDate: Sendable, Equatable, Comparable, CustomStringConvertible {
  /// Seconds since 1970-01-01 00:00:00 UTC; the years 1 to 9999.
  package let seconds: Int

  /// Nil outside the years 1 to 9999.
  package init?(seconds: Int) {
    guard (-62_135_596_800...253_402_300_799).contains(seconds) else { return nil }
    self.seconds = seconds
  }

  /// Reads the three forms that a recipient must accept: `Sun, 06 Nov 1994 08:49:37 GMT`,
  /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
  ///
  /// The name of the day is not compared with the date. A year of two digits is between 1970 and
  /// 2069.
  package init?(_ text: String) {
    let words = text.split { $0 == " " || $0 == "-" }
    let fields: (day: Substring, month: Substring, year: Substring, time: Substring)
    switch words.count {
    case 6 where words[0].hasSuffix(",") && words[5] == "GMT":
      fields = (words[1], words[2], words[3], words[4])
    case 5 where words[0].utf8.count == 3:
      fields = (words[2], words[1], words[4], words[3])
    default:
      return nil
    }
    let clock = fields.time.split(separator: ":", omittingEmptySubsequences: false)
    guard let month = Self.months.firstIndex(of: String(fields.month)),
      let day = Self.number(fields.day, digits: 1...2),
      var year = Self.number(fields.year, digits: 2...4),
      clock.count == 3,
      let hour = Self.number(clock[0], digits: 2...2), hour < 24,
      let minute = Self.number(clock[1], digits: 2...2), minute < 60,
      let second = Self.number(clock[2], digits: 2...2), second <= 60
    else { return nil }
    if fields.year.utf8.count == 2 { year += year < 70 ? 2000 : 1900 }
    let days = Self.days(year: year, month: month + 1, day: day)
    guard year > 0, Self.date(days: days) == (year, month + 1, day) else { return nil }
    self.init(seconds: ((days * 24 + hour) * 60 + minute) * 60 + second)
  }

  /// In the preferred form, `Sun, 06 Nov 1994 08:49:37 GMT`: made for each file that is sent.
  package var description: String {
    let (days, second) = seconds.flooredDivision(by: 86_400)
    let (year, month, day) = Self.date(days: days)
    let weekday = Self.weekdays[(days + 4).flooredDivision(by: 7).remainder]  // 1970-01-01: Thu
    return String(unsafeUninitializedCapacity: 29) { room in
      var length = 0
      func append(_ text: String) {
        for byte in text.utf8 {
          room[length] = byte
          length += 1
        }
      }
      func append(_ number: Int, digits: Int) {
        var rest = number
        for place in stride(from: length + digits - 1, through: length, by: -1) {
          room[place] = UInt8(ascii: "0") + UInt8(rest % 10)
          rest /= 10
        }
        length += digits
      }
      append(weekday)
      append(", ")
      append(day, digits: 2)
      append(" ")
      append(Self.months[month - 1])
      append(" ")
      append(year, digits: 4)
      append(" ")
      append(second / 3600, digits: 2)
      append(":")
      append(second / 60 % 60, digits: 2)
      append(":")
      append(second % 60, digits: 2)
      append(" GMT")
      return length
    }
  }

  /// `1994-11-06T08:49:37Z` (RFC 3339).
  var internetDate: String {
    let parts = parts
    return "\(parts.day)T\(parts.time)Z"
  }

  /// `1994-11-06 08:49`, for people.
  var minuteText: String {
    let parts = parts
    return "\(parts.day) \(parts.time.prefix(5))"
  }

  private var parts: (day: String, time: String) {
    let (days, second) = seconds.flooredDivision(by: 86_400)
    let (year, month, day) = Self.date(days: days)
    func padded(_ number: Int, to width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    let time = [second / 3600, second / 60 % 60, second % 60].map { padded($0, to: 2) }
    return (
      "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))",
      time.joined(separator: ":")
    )
  }

  package static func < (left: HTTPDate, right: HTTPDate) -> Bool {
    left.seconds < right.seconds
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(text)
  }

  /// Days since 1970-01-01 in the Gregorian calendar. Years are counted from March here, so that
  /// the leap day is a year's last.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month > 2 ? year : year - 1
    let (era, yearOfEra) = year.flooredDivision(by: 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = (monthFromMarch + 2) % 12 + 1
    let year = era * 400 + yearOfEra + (month > 2 ? 0 : 1)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension Int {
  /// Divides so that the remainder is never negative.
  fileprivate func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
