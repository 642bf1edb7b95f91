import NIOCore

/// Puts the pieces of a head or a trailer section behind each other, into memory that has room for them
/// all.
///
/// A `ByteBuffer` asks with each piece whether it is its only owner and has room; for the dozen
/// pieces of a head that is more work than to copy them. So it is asked once, for the whole.
///
/// Traps if the pieces are longer than the memory.
struct HeadWriter {
  private let memory: UnsafeMutableRawBufferPointer

  /// How many bytes have been written.
  private(set) var count = 0

  init(_ memory: UnsafeMutableRawBufferPointer) {
    self.memory = memory
  }

  mutating func write(_ text: String) {
    text.utf8Span.span.bytes.withUnsafeBytes { write($0) }
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) {
    UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  /// Writes a number, which is not negative, without making a string of it.
  mutating func write(decimal number: Int) {
    let (rest, digit) = number.quotientAndRemainder(dividingBy: 10)
    if rest > 0 { write(decimal: rest) }
    memory[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
    count += 1
  }

  /// Writes a field line with its CR LF.
  mutating func write(_ line: FieldLine, of bytes: UnsafeRawBufferPointer) {
    write(UnsafeRawBufferPointer(rebasing: bytes[line.name]))
    write(": ")
    write(UnsafeRawBufferPointer(rebasing: bytes[line.value]))
    write("\r\n")
  }

  /// Takes back what was written behind the first `count` bytes.
  mutating func cut(to count: Int) {
    self.count = count
  }
}

extension ByteBuffer {
  /// Appends what `body` writes, which may be `room` bytes.
  mutating func write<Outcome>(upTo room: Int, _ body: (inout HeadWriter) -> Outcome) -> Outcome {
    reserveCapacity(minimumWritableBytes: room)
    let (outcome, count) = withUnsafeMutableWritableBytes { memory in
      var writer = HeadWriter(memory)
      let outcome = body(&writer)
      return (outcome, writer.count)
    }
    moveWriterIndex(forwardBy: count)
    return outcome
  }
}
