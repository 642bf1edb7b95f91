import Glibc
package import NIOCore

/// Finds the head of a request in the bytes of a connection, however they are cut into reads.
///
/// The framer consumes nothing: what it is shown begins with the first byte of the request each
/// time, so that a request can be kept, carried over a restart and framed again. A byte is looked
/// at twice, once for the end of its line and once when the head is complete.
///
/// Why not NIO's HTTPRequestDecoder: it cannot give back the bytes of a request that is not to be
/// dispatched yet, it stops at a request that offers an upgrade (curl --http2, Java's HttpClient),
/// and it would be a second opinion on where a request ends, which is what smuggling lives on.
package struct HeadFramer {
  package struct Limits: Sendable {
    /// Bytes of the whole head.
    package var head: Int
    /// Bytes of its first line.
    package var requestLine: Int
    /// Lines of its header section.
    package var fields: Int

    package init(head: Int, requestLine: Int, fields: Int) {
      self.head = head
      self.requestLine = requestLine
      self.fields = fields
    }
  }

  package enum Outcome: Equatable {
    case incomplete
    case complete(RequestHead)
    /// The connection cannot be used any further.
    case refused(Refusal)
  }

  /// RFC 9112, section 2.2: empty lines before a request line are ignored, within reason.
  private static let emptyLineLimit = 4

  private let limits: Limits
  /// Complete lines, without CR LF; the empty ones before the request line are not among them.
  private var lines: [Range<Int>] = []
  private var lineStart = 0
  private var scanned = 0
  private var emptyLines = 0

  package init(limits: Limits) {
    self.limits = limits
  }

  /// Looks for the end of the head in `input`: the bytes of the call before and what has come since.
  /// After `complete` and `refused` the framer is ready for the next request.
  package mutating func frame(_ input: ByteBuffer) -> Outcome {
    let outcome = input.withUnsafeReadableBytes { scan($0) }
    if outcome != .incomplete { reset() }
    return outcome
  }

  private mutating func reset() {
    lines.removeAll(keepingCapacity: true)
    lineStart = 0
    scanned = 0
    emptyLines = 0
  }

  private mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Outcome {
    while let lineFeed = bytes.firstLineFeed(from: scanned) {
      scanned = lineFeed + 1
      guard beginsLikeHTTP(bytes) else { return .refused(.notHTTP) }
      if let refusal = checkSizes(end: scanned) { return .refused(refusal) }
      guard lineFeed > lineStart, bytes[lineFeed - 1] == Syntax.carriageReturn else {
        return .refused(.malformed("A line ends in a bare LF."))
      }
      let line = lineStart..<lineFeed - 1
      lineStart = scanned
      if !line.isEmpty {
        lines.append(line)
      } else if !lines.isEmpty {
        return finish(bytes)
      } else {
        emptyLines += 1
        if emptyLines > Self.emptyLineLimit { return .refused(.notHTTP) }
      }
    }
    scanned = bytes.count
    guard beginsLikeHTTP(bytes) else { return .refused(.notHTTP) }
    if let refusal = checkSizes(end: scanned) { return .refused(refusal) }
    return .incomplete
  }

  private func checkSizes(end: Int) -> Refusal? {
    if lines.isEmpty && end - lineStart > limits.requestLine {
      return .longRequestLine(limit: limits.requestLine)
    }
    if end > limits.head { return .largeHead(limit: limits.head) }
    // The request line is one, the line in hand is not yet counted.
    if lines.count > limits.fields + 1 { return .manyFields(limit: limits.fields) }
    return nil
  }

  /// Without waiting for a line end that may never come: a TLS client waits for us.
  private func beginsLikeHTTP(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard lines.isEmpty, lineStart < bytes.count else { return true }
    let first = bytes[lineStart]
    return Syntax.isToken(first) || first == Syntax.carriageReturn
  }

  private func finish(_ bytes: UnsafeRawBufferPointer) -> Outcome {
    do throws(Refusal) {
      return .complete(try RequestHead.parse(bytes, lines: lines, byteCount: scanned))
    } catch {
      return .refused(error)
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func firstLineFeed(from start: Int) -> Int? {
    guard start < count, let base = baseAddress else { return nil }
    guard let found = memchr(base + start, Int32(Syntax.lineFeed), count - start) else {
      return nil
    }
    return UnsafeRawPointer(found) - base
  }
}
