import Glibc

/// The `Date` line of responses (RFC 9110, section 6.6.1), made once a second.
struct DateCache {
  private var second = Int.min
  private var line = ""

  /// The field line with its CR LF.
  mutating func currentLine() -> String {
    let now = time(nil)
    if now != second {
      second = now
      line = HTTPDate(seconds: now).map { "Date: \($0)\r\n" } ?? ""
    }
    return line
  }
}
