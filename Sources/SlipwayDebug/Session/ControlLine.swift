import FoundationEssentials
import SlipwaySystem
import SystemPackage

/// Lines of JSON over the descriptor that server and relay share.
enum ControlLine {
  /// More than any line has.
  private static let limit = 1 << 20

  /// The first line, without its end. Blocks until it is there; nil if it does not come whole.
  static func read(from descriptor: FileDescriptor) -> [UInt8]? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < limit {
      let count = unsafe try? withUnsafeMutableBytes(of: &byte) {
        unsafe try descriptor.read(into: $0)
      }
      guard count == 1 else { return nil }
      if byte == UInt8(ascii: "\n") { return line }
      line.append(byte)
    }
    return nil
  }

  /// Sends one line. It is written whole, or the other side is gone.
  static func send(_ content: some Encodable, over descriptor: FileDescriptor) {
    _ = try? descriptor.writeAll(line(content))
  }

  /// One line, with its end.
  static func line(_ content: some Encodable) -> [UInt8] {
    guard let content = try? JSONEncoder().encode(content) else { return [] }
    return Array(content) + [UInt8(ascii: "\n")]
  }
}
