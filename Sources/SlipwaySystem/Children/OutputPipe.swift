import Glibc
import SystemPackage

/// The read end of one output stream of a child.
struct OutputPipe: ~Copyable {
  private let owned: OwnedDescriptor
  private let stream: ChildProcess.Stream
  private var splitter: LineSplitter
  private var buffer = [UInt8](repeating: 0, count: 16_384)

  /// False once every writer has closed its end.
  private(set) var isOpen = true

  var descriptor: FileDescriptor { owned.descriptor }

  init(
    _ descriptor: consuming FileDescriptor,
    stream: ChildProcess.Stream,
    lineLimit: Int
  ) {
    owned = OwnedDescriptor(descriptor)
    self.stream = stream
    splitter = LineSplitter(limit: lineLimit)
  }

  /// Reads once and delivers what came. Blocks unless the descriptor is readable.
  mutating func read(_ receive: (ChildProcess.Output) -> Void) {
    let descriptor = descriptor
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe try? descriptor.read(into: $0) } ?? 0
    guard count > 0 else {
      isOpen = false
      return
    }
    for line in splitter.append(buffer[..<count]) { receive(.line(line, from: stream)) }
    let rest = splitter.unfinished
    if !rest.isEmpty { receive(.unfinished(rest, from: stream)) }
  }

  /// Delivers a last line without a line feed.
  mutating func finish(_ receive: (ChildProcess.Output) -> Void) {
    if let line = splitter.finish() { receive(.line(line, from: stream)) }
  }
}
