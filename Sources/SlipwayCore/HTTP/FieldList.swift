/// The elements of a comma-separated field value (RFC 9110, section 5.6.1), as ranges of the bytes
/// it is in: without the white space around them, the empty ones left out.
///
/// For lists of tokens, such as Connection: commas in quoted strings divide like all others.
struct FieldList: Sequence, IteratorProtocol {
  private let bytes: UnsafeRawBufferPointer
  private let end: Int
  private var position: Int

  init(_ bytes: UnsafeRawBufferPointer, in value: Range<Int>) {
    self.bytes = bytes
    position = value.lowerBound
    end = value.upperBound
  }

  mutating func next() -> Range<Int>? {
    while position < end {
      var first = position
      while position < end, bytes[position] != Syntax.comma { position += 1 }
      var last = position
      if position < end { position += 1 }
      while first < last, Syntax.isBlank(bytes[first]) { first += 1 }
      while last > first, Syntax.isBlank(bytes[last - 1]) { last -= 1 }
      if first < last { return first..<last }
    }
    return nil
  }
}
