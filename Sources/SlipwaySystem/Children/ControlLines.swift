package import SystemPackage

/// Lines of text over a descriptor that a process shares with its child: how orders go and reports come.
package enum ControlLines {
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

  /// What has come since the last reading and is whole; nil at the end. Blocks while there is nothing
  /// to read.
  package static func read(
    from descriptor: FileDescriptor,
    into lines: inout LineSplitter
  ) -> [String]? {
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count =
      (try? unsafe chunk.withUnsafeMutableBytes { unsafe try descriptor.read(into: $0) }) ?? 0
    return count > 0 ? lines.append(chunk[..<count]) : nil
  }

  /// Sends one line, and its end: whole, or the other side is gone. Any thread.
  package static func send(_ line: some Sequence<UInt8>, over descriptor: FileDescriptor) {
    _ = try? descriptor.writeAll(Array(line) + [UInt8(ascii: "\n")])
  }
}
