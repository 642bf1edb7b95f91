import FoundationEssentials
package import SystemPackage

/// Values as JSON, one a line, over a descriptor that a process shares with its child.
package enum JSONLines {
  /// More than any line has, in bytes.
  private static let limit = 1 << 20

  /// The first line, without its end. Blocks until it is there; nil if it does not come whole.
  package static func first(from descriptor: FileDescriptor) -> [UInt8]? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    // Byte by byte: what follows is somebody else's to read.
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

  /// What has come since the last reading and is whole, and nothing of what is of another form; nil at
  /// the end. Blocks while there is nothing to read.
  package static func read<Value: Decodable>(
    _ type: Value.Type,
    from descriptor: FileDescriptor,
    into lines: inout LineSplitter
  ) -> [Value]? {
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count =
      (try? unsafe chunk.withUnsafeMutableBytes { unsafe try descriptor.read(into: $0) }) ?? 0
    guard count > 0 else { return nil }
    return lines.append(chunk[..<count])
      .compactMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
  }

  /// One line, with its end.
  package static func line(_ value: some Encodable) -> [UInt8] {
    guard let content = try? JSONEncoder().encode(value) else { return [] }
    return Array(content) + [UInt8(ascii: "\n")]
  }

  /// Sends one line: whole, or the other side is gone. Any thread.
  package static func send(_ value: some Encodable, over descriptor: FileDescriptor) {
    _ = try? descriptor.writeAll(line(value))
  }
}
