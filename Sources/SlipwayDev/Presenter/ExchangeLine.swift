package import SlipwayCore

/// The usual line of an exchange, byte by byte: under load there are tens of thousands a second, and made
/// of spans they take a tenth of the server's time. What is in any way special has no such line; the
/// bytes are those that `TerminalRenderer` would make.
package struct ExchangeLine {
  package init() {}

  /// The second that `clock` is of.
  private var second = Int.min
  private var clock: [UInt8] = []

  /// Appends the line with its end, or nothing. Returns whether it has.
  package mutating func append(
    _ record: ExchangeRecord,
    at time: WallTime,
    inColour: Bool,
    width: Int?,
    to bytes: inout [UInt8]
  ) -> Bool {
    var (method, target) = (record.method, record.target)
    let room = width.map { $0 - Self.columnsBeforeTarget } ?? .max
    guard !record.wasCut, record.held <= .milliseconds(1), record.took < .seconds(60),
      let status = record.status, (100..<1000).contains(status), method.utf8.count <= 8,
      target.utf8.count <= min(room, 2048), Self.isPlain(&method), Self.isPlain(&target)
    else { return false }
    if second != time.seconds {
      second = time.seconds
      clock = Array(time.localClock.utf8)
    }
    func append(_ text: String) {
      var text = text
      text.withUTF8 { unsafe bytes.append(contentsOf: $0) }
    }
    func pad(_ count: Int) {
      for _ in 0..<max(0, count) { bytes.append(UInt8(ascii: " ")) }
    }
    func begin(_ ink: StyledLine.Ink) { if inColour { append("\u{1b}[\(ink.rawValue)m") } }
    func end() { if inColour { append("\u{1b}[0m") } }
    let took = record.took.shownInMilliseconds
    begin(.dim)
    bytes += clock
    append("  ")
    end()
    begin(.dim)
    append(method)
    pad(8 - method.utf8.count)
    end()
    begin(TerminalRenderer.ink(ofStatus: status))
    for digit in [status / 100, status / 10 % 10, status % 10] {
      bytes.append(UInt8(ascii: "0") + UInt8(clamping: digit))
    }
    end()
    begin(.dim)
    pad(9 - took.utf8.count)
    append(took)
    end()
    append("  ")
    append(target)
    bytes.append(UInt8(ascii: "\n"))
    return true
  }

  /// Clock, method, status, time and the gaps between them.
  private static let columnsBeforeTarget = 32

  /// One column a byte, and none that controls the terminal.
  private static func isPlain(_ text: inout String) -> Bool {
    text.withUTF8 { bytes in unsafe bytes.allSatisfy { (0x20..<0x7f).contains($0) } }
  }
}
