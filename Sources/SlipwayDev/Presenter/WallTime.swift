import Glibc

/// A moment of the calendar, as logs show it.
package struct WallTime: Sendable, Equatable {
  /// Since 1970 in UTC, without leap seconds: time(2).
  package var seconds: Int

  /// 0 to 999,999.
  package var microseconds: Int

  /// 0 to 999.
  package var milliseconds: Int { microseconds / 1000 }

  package init(seconds: Int, milliseconds: Int = 0) {
    self.seconds = seconds
    microseconds = milliseconds * 1000
  }

  package static func now() -> WallTime {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var time = WallTime(seconds: now.tv_sec)
    time.microseconds = now.tv_nsec / 1000
    return time
  }

  /// `2026-01-31T17:05:09.120Z`: RFC 3339 in UTC.
  package var rfc3339: String {
    var seconds = seconds
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let date = "\(parts.tm_year + 1900)-\((parts.tm_mon + 1).padded(2))-\(parts.tm_mday.padded(2))"
    return "\(date)T\(Self.clock(parts)).\(milliseconds.padded(3))Z"
  }

  /// `17:05:09` in the time zone of the process.
  package var localClock: String {
    var seconds = seconds
    var parts = tm()
    localtime_r(&seconds, &parts)
    return Self.clock(parts)
  }

  /// Each line of the log has one: digit by digit, this needs no string but itself.
  private static func clock(_ parts: tm) -> String {
    String(unsafeUninitializedCapacity: 8) { text in
      for (index, part) in [parts.tm_hour, parts.tm_min, parts.tm_sec].enumerated() {
        text[3 * index] = UInt8(ascii: "0") + UInt8(clamping: part / 10)
        text[3 * index + 1] = UInt8(ascii: "0") + UInt8(clamping: part % 10)
        if index < 2 { text[3 * index + 2] = UInt8(ascii: ":") }
      }
      return 8
    }
  }
}

extension BinaryInteger {
  /// The number with leading zeros.
  fileprivate func padded(_ width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}
