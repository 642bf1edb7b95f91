package import NIOCore

/// Puts one tag into an HTML document that passes in pieces of any size. What comes out is what went
/// in with the tag, or what went in; all but a tag's name, at the end of a piece, at once.
package struct ScriptInjector {
  private var scanner = HeadScanner()
  private let tag: ScriptTag
  /// Bytes of earlier pieces that may be behind the tag.
  private var held = ByteBuffer()
  private(set) var isDone = false

  package init(_ tag: ScriptTag) { self.tag = tag }

  /// Takes a piece and gives what can go out.
  package mutating func take(_ bytes: ByteBuffer) -> ByteBuffer {
    guard !isDone else { return bytes }
    var whole = bytes
    if held.readableBytes > 0 {
      whole = held
      whole.writeImmutableBuffer(bytes)
    }
    let scanned = held.readableBytes
    // An empty piece leaves it as it is.
    var pending = scanned
    held = ByteBuffer()
    var place: Int?
    // The held bytes have been scanned; `consumed` counts from the beginning of `whole`.
    var consumed = scanned
    whole.withUnsafeReadableBytes { raw in
      while consumed < raw.count {
        let verdict = scanner.scan(raw[consumed])
        consumed += 1
        switch verdict {
        case .more(let count): pending = count
        case .none: isDone = true
        case .found(let count):
          place = consumed - count
          isDone = true
        }
        if isDone { return }
      }
    }
    if let place { return insert(into: whole, at: place) }
    guard !isDone, pending > 0 else { return whole }
    let end = whole.readableBytes - pending
    held = whole.getSlice(at: whole.readerIndex + end, length: pending) ?? ByteBuffer()
    return whole.getSlice(at: whole.readerIndex, length: end) ?? ByteBuffer()
  }

  /// The document has ended: gives what is left to go out.
  package mutating func finish() -> ByteBuffer {
    guard !isDone else { return ByteBuffer() }
    isDone = true
    guard held.readableBytes == 0, scanner.mayEnd else { return held }
    return insert(into: ByteBuffer(), at: 0)
  }

  private func insert(into bytes: ByteBuffer, at place: Int) -> ByteBuffer {
    let text = tag.html(nonce: scanner.nonce)
    var output = ByteBufferAllocator().buffer(capacity: bytes.readableBytes + text.utf8.count)
    let start = bytes.readerIndex
    output.writeImmutableBuffer(bytes.getSlice(at: start, length: place) ?? ByteBuffer())
    output.writeString(text)
    let rest = bytes.getSlice(at: start + place, length: bytes.readableBytes - place)
    output.writeImmutableBuffer(rest ?? ByteBuffer())
    return output
  }
}
