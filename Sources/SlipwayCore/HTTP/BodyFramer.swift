package import NIOCore

/// Takes the body of a request out of the bytes of a connection, and not a byte more.
///
/// RFC 9112, sections 6 and 7.1, without leniences: lines end in CR LF, chunk sizes are checked for
/// overflow, sizes of chunk lines and of the trailer section are bounded.
package struct BodyFramer {
  package enum Step: Equatable {
    case bytes(ByteBuffer)
    case end(FieldSection)
    /// The next step needs bytes that have not arrived.
    case needsMore
    /// The chunk that begins would make the body larger than `limit`. The next step is `malformed`.
    case tooLarge
    /// The rest of the connection cannot be understood. From now on every step is this one.
    case malformed
  }

  private enum State {
    /// Bytes of a body with Content-Length that are to come.
    case counted(Int)
    case chunkSize
    case chunk(Int)
    case chunkEnd
    case trailers
    case ended
    case broken
    /// No framing: every byte that comes belongs to another protocol.
    case tunnel
  }

  private static let chunkLineLimit = 4096
  private static let trailerLimit = 16 * 1024

  /// Bytes that a body in chunks may have. A body with Content-Length is refused by whoever reads
  /// the head.
  package var limit = Int.max

  /// Bytes of all chunks that have begun.
  private var announced = 0
  private var state: State
  private var trailers = FieldSection()
  private var trailerBytes = 0
  /// Bytes of an incomplete line that have been looked at.
  private var scanned = 0

  package init(_ length: Request.BodyLength) {
    switch length {
    case .none: state = .ended
    case .known(let count): state = count > 0 ? .counted(count) : .ended
    case .unknown: state = .chunkSize
    }
  }

  private init(_ state: State) {
    self.state = state
  }

  /// What follows a response with status 101. It has no end but that of the connection.
  static var tunnel: BodyFramer { BodyFramer(State.tunnel) }

  /// Whether the last byte of the request has been taken.
  package var isComplete: Bool {
    if case .ended = state { true } else { false }
  }

  /// Gives the body up: from now on every step is `malformed`.
  mutating func breakOff() {
    state = .broken
  }

  /// Bytes that are to come, where that is known.
  var remaining: Int? {
    switch state {
    case .counted(let count): count
    case .ended: 0
    case .chunkSize, .chunk, .chunkEnd, .trailers, .broken, .tunnel: nil
    }
  }

  /// Moves up to `maximum` bytes of the body out of `input`.
  package mutating func next(from input: inout ByteBuffer, upTo maximum: Int) -> Step {
    while true {
      switch state {
      case .counted(let count):
        guard let bytes = Self.take(&input, count, maximum) else { return .needsMore }
        let left = count - bytes.readableBytes
        state = left > 0 ? .counted(left) : .ended
        return .bytes(bytes)

      case .chunkSize:
        switch takeLine(&input, limit: Self.chunkLineLimit) {
        case .incomplete: return .needsMore
        case .tooLong, .bare: state = .broken
        case .line(let line):
          switch Self.chunkSize(line) {
          case nil: state = .broken
          case 0?: state = .trailers
          case let size?:
            let (sum, overflow) = announced.addingReportingOverflow(size)
            guard !overflow, sum <= limit else {
              state = .broken
              return .tooLarge
            }
            announced = sum
            state = .chunk(size)
          }
        }

      case .chunk(let count):
        guard let bytes = Self.take(&input, count, maximum) else { return .needsMore }
        let left = count - bytes.readableBytes
        state = left > 0 ? .chunk(left) : .chunkEnd
        return .bytes(bytes)

      case .chunkEnd:
        switch takeLine(&input, limit: 2) {
        case .incomplete: return .needsMore
        case .line(let line) where line.readableBytes == 0: state = .chunkSize
        case .line, .tooLong, .bare: state = .broken
        }

      case .trailers:
        switch takeLine(&input, limit: Self.trailerLimit - trailerBytes) {
        case .incomplete: return .needsMore
        case .tooLong, .bare: state = .broken
        case .line(let line):
          trailerBytes += line.readableBytes + 2
          if line.readableBytes == 0 {
            state = .ended
          } else if !addTrailer(line) {
            state = .broken
          }
        }

      case .tunnel:
        guard let bytes = Self.take(&input, .max, maximum) else { return .needsMore }
        return .bytes(bytes)

      case .ended: return .end(trailers)
      case .broken: return .malformed
      }
    }
  }

  private static func take(_ input: inout ByteBuffer, _ count: Int, _ maximum: Int) -> ByteBuffer? {
    let length = min(count, maximum, input.readableBytes)
    return length > 0 ? input.readSlice(length: length) : nil
  }

  private enum Line {
    case line(ByteBuffer)
    case incomplete
    case tooLong
    /// It ends in LF without CR.
    case bare
  }

  /// Takes a line off `input`, unless it is incomplete. `limit` counts its CR LF.
  private mutating func takeLine(_ input: inout ByteBuffer, limit: Int) -> Line {
    let view = input.readableBytesView
    guard let lineFeed = view.dropFirst(scanned).firstIndex(of: Syntax.lineFeed) else {
      scanned = view.count
      return view.count >= limit ? .tooLong : .incomplete
    }
    scanned = 0
    let count = lineFeed - view.startIndex + 1
    guard count <= limit else { return .tooLong }
    guard count >= 2, view[lineFeed - 1] == Syntax.carriageReturn,
      let line = input.readSlice(length: count - 2)
    else { return .bare }
    input.moveReaderIndex(forwardBy: 2)
    return .line(line)
  }

  /// chunk-size [ chunk-ext ]
  private static func chunkSize(_ line: ByteBuffer) -> Int? {
    line.withUnsafeReadableBytes { bytes in
      var size = 0
      var position = 0
      while position < bytes.count, let digit = Syntax.hexadecimalValue(bytes[position]) {
        let (product, overflow) = size.multipliedReportingOverflow(by: 16)
        guard !overflow else { return nil }
        // The product is a multiple of 16: adding a digit cannot overflow.
        size = product + Int(digit)
        position += 1
      }
      guard position > 0 else { return nil }
      return ChunkExtensions.areWellFormed(bytes, from: position) ? size : nil
    }
  }

  /// Fields that say where a message ends or goes have no business behind it (RFC 9110, section
  /// 6.5.1).
  private mutating func addTrailer(_ line: ByteBuffer) -> Bool {
    line.withUnsafeReadableBytes { bytes in
      guard let field = FieldLine(bytes, in: 0..<bytes.count),
        !field.isNamed("content-length", in: bytes),
        !field.isNamed("transfer-encoding", in: bytes),
        !field.isNamed("host", in: bytes)
      else { return false }
      trailers.append(
        UnsafeRawBufferPointer(rebasing: bytes[field.name]),
        UnsafeRawBufferPointer(rebasing: bytes[field.value])
      )
      return true
    }
  }
}
