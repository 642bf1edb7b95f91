/// A request target (RFC 9112, section 3.2), checked and split, as positions in its bytes.
///
/// Accepted are origin-form and absolute-form of `http` and `https`. The path is taken strictly,
/// for it decides what is served: no malformed escape, no NUL (plain or `%00`), no control byte,
/// no space, no `#` and no backslash, none of which a correct client sends. The query belongs to
/// the application; of it only control bytes, space and `#` are refused, because browsers send
/// backslashes and lone percent signs there. Bytes above ASCII are taken as they are.
struct RequestTarget {
  /// Why a target is refused: a sentence for the user.
  struct Malformed: Error {
    let reason: String
  }

  /// Where the path is: empty (absolute-form without a path), or beginning with a slash.
  let path: Range<Int>

  /// Where the query is, without its question mark.
  let query: Range<Int>

  /// Whether the path has a `.` or `..` segment, in whatever spelling.
  let hasDotSegments: Bool

  init(_ bytes: borrowing Span<UInt8>) throws(Malformed) {
    let start = try Self.pathStart(bytes)
    var position = start
    var segment = Segment()
    var hasDotSegments = false
    while position < bytes.count, bytes[position] != UInt8(ascii: "?") {
      switch bytes[position] {
      case UInt8(ascii: "/"):
        hasDotSegments = hasDotSegments || segment.isDots
        segment = Segment()
      case UInt8(ascii: "%"):
        guard let decoded = PercentEncoding.byte(at: position, in: bytes) else {
          throw Malformed(
            reason: "The path has a percent sign that two hexadecimal digits do not follow."
          )
        }
        guard decoded != 0 else { throw Malformed(reason: "The path contains a NUL byte.") }
        segment.append(decoded)
        position += 2
      case UInt8(ascii: "#"):
        throw Malformed(reason: "The request target contains a fragment (#).")
      case UInt8(ascii: "\\"):
        throw Malformed(reason: "The path contains a backslash; separate its segments by slashes.")
      case let byte:
        guard Self.isVisible(byte) else {
          throw Malformed(reason: "The path contains a space or a control character.")
        }
        segment.append(byte)
      }
      position += 1
    }
    path = start..<position
    self.hasDotSegments = hasDotSegments || segment.isDots
    query = min(position + 1, bytes.count)..<bytes.count
    for position in query {
      guard bytes[position] != UInt8(ascii: "#") else {
        throw Malformed(reason: "The request target contains a fragment (#).")
      }
      guard Self.isVisible(bytes[position]) else {
        throw Malformed(reason: "The query contains a space or a control character.")
      }
    }
  }

  /// The path without its dot segments (RFC 3986, section 5.2.4), escapes untouched. Unlike there,
  /// a path that climbs above the root is refused: no client that resolves references sends one.
  func normalizedPath(_ bytes: borrowing Span<UInt8>) throws(Malformed) -> [UInt8] {
    guard !path.isEmpty else { return [UInt8(ascii: "/")] }
    var output: [UInt8] = []
    output.reserveCapacity(path.count)
    var position = path.lowerBound
    while position < path.upperBound {
      let start = position
      var segment = Segment()
      position += 1
      while position < path.upperBound, bytes[position] != UInt8(ascii: "/") {
        let decoded = PercentEncoding.byte(at: position, in: bytes)
        segment.append(decoded ?? bytes[position])
        position += decoded == nil ? 1 : 3
      }
      guard segment.isDots else {
        for copied in start..<position { output.append(bytes[copied]) }
        continue
      }
      if segment.length == 2 {
        guard let slash = output.lastIndex(of: UInt8(ascii: "/")) else {
          throw Malformed(reason: "The path climbs above the root.")
        }
        output.removeSubrange(slash...)
      }
      if position == path.upperBound { output.append(UInt8(ascii: "/")) }
    }
    return output
  }

  private static func pathStart(_ bytes: borrowing Span<UInt8>) throws(Malformed) -> Int {
    guard !bytes.isEmpty else { throw Malformed(reason: "The request target is empty.") }
    if bytes[0] == UInt8(ascii: "/") { return 0 }
    guard let authority = lengthOfScheme(bytes) else {
      throw Malformed(
        reason: "The request target is neither a path nor an absolute http or https URL."
      )
    }
    var position = authority
    while position < bytes.count, bytes[position] != UInt8(ascii: "/"),
      bytes[position] != UInt8(ascii: "?")
    {
      switch bytes[position] {
      case UInt8(ascii: "@"):
        throw Malformed(reason: "The request target contains a user name.")  // RFC 9110, 4.2.4
      case UInt8(ascii: "#"), UInt8(ascii: "\\"), UInt8(ascii: "%"):
        throw Malformed(reason: "The host in the request target is malformed.")
      case let byte:
        guard isVisible(byte) else {
          throw Malformed(reason: "The host in the request target is malformed.")
        }
      }
      position += 1
    }
    guard position > authority else {
      throw Malformed(reason: "The request target has no host.")  // RFC 9110, 4.2.1
    }
    return position
  }

  private static func lengthOfScheme(_ bytes: borrowing Span<UInt8>) -> Int? {
    var length = 0
    while length < bytes.count, length < 8, bytes[length] != UInt8(ascii: "/") { length += 1 }
    let name = String(decoding: (0..<length).map { bytes[$0] }, as: UTF8.self).lowercased()
    guard name == "http:" || name == "https:", bytes.count >= length + 2,
      bytes[length] == UInt8(ascii: "/"), bytes[length + 1] == UInt8(ascii: "/")
    else { return nil }
    return length + 2
  }

  private static func isVisible(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F
  }

  /// What is seen of one segment while its bytes go by.
  private struct Segment {
    private(set) var length = 0
    private var hasOnlyDots = true

    var isDots: Bool { hasOnlyDots && (length == 1 || length == 2) }

    mutating func append(_ decoded: UInt8) {
      length += 1
      hasOnlyDots = hasOnlyDots && decoded == UInt8(ascii: ".")
    }
  }
}
