import Glibc

/// The bytes of a line while it is put together.
struct AccessLogLine {
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(256) }

  mutating func append(_ literal: [UInt8]) { bytes += literal }

  mutating func dash() { bytes.append(UInt8(ascii: "-")) }

  mutating func number(_ number: Int?) {
    guard let number else { return dash() }
    bytes += String(number).utf8
  }

  mutating func escaped(orDash text: String?) {
    if let text, !text.isEmpty { escaped(text) } else { dash() }
  }

  /// Text that comes from elsewhere, as Apache writes it: a quote and a backslash get a backslash,
  /// the controls that C has letters for get those, and every other byte that is no printable
  /// ASCII becomes `\xhh`. So nothing that a client sends ends a line, closes a quote or steers a
  /// terminal.
  mutating func escaped(_ text: some StringProtocol) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x20...0x7e: bytes.append(byte)
      case 0x08: bytes += "\\b".utf8
      case 0x09: bytes += "\\t".utf8
      case 0x0a: bytes += "\\n".utf8
      case 0x0b: bytes += "\\v".utf8
      case 0x0d: bytes += "\\r".utf8
      default:
        bytes += "\\x".utf8
        bytes.append(Self.digits[Int(byte >> 4)])
        bytes.append(Self.digits[Int(byte & 15)])
      }
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  // MARK: Time

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  mutating func time(_ time: AccessLogFormat.Time, _ moment: AccessLogFormat.Moment) {
    switch time {
    case .common: common(moment)
    case .formatted(let format): formatted(moment, by: format)
    case .seconds: number(moment.seconds)
    case .milliseconds: number(moment.seconds &* 1000 &+ moment.microseconds / 1000)
    case .microseconds: number(moment.seconds &* 1_000_000 &+ moment.microseconds)
    case .millisecondFraction: padded(moment.microseconds / 1000, 3)
    case .microsecondFraction: padded(moment.microseconds, 6)
    }
  }

  /// `[31/Jan/2026:17:05:09 +0100]`, in English whatever locale an application has set.
  private mutating func common(_ moment: AccessLogFormat.Moment) {
    var seconds = moment.seconds
    var parts = tm()
    localtime_r(&seconds, &parts)
    bytes.append(UInt8(ascii: "["))
    padded(Int(parts.tm_mday), 2)
    bytes += "/\(Self.months[Int(parts.tm_mon) % 12])/\(Int(parts.tm_year) + 1900):".utf8
    padded(Int(parts.tm_hour), 2)
    bytes.append(UInt8(ascii: ":"))
    padded(Int(parts.tm_min), 2)
    bytes.append(UInt8(ascii: ":"))
    padded(Int(parts.tm_sec), 2)
    let offset = abs(parts.tm_gmtoff) / 60
    bytes += parts.tm_gmtoff < 0 ? " -".utf8 : " +".utf8
    padded(offset / 60, 2)
    padded(offset % 60, 2)
    bytes.append(UInt8(ascii: "]"))
  }

  /// By strftime(3). A result of more than 1,024 bytes becomes nothing.
  private mutating func formatted(_ moment: AccessLogFormat.Moment, by format: String) {
    var seconds = moment.seconds
    var parts = tm()
    localtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 1024)
    let count = strftime(&buffer, buffer.count, format, &parts)
    bytes += buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }

  private mutating func padded(_ number: Int, _ width: Int) {
    let digits = String(number)
    bytes += repeatElement(UInt8(ascii: "0"), count: max(0, width - digits.utf8.count))
    bytes += digits.utf8
  }
}
