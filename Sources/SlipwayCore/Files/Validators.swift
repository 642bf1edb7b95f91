/// What tells one state of a file from another (RFC 9110, section 8.8).
package struct Validators: Sendable, Equatable {
  /// A strong entity tag.
  package let tag: String

  package let lastModified: HTTPDate?

  /// Whether any later change must alter the tag. Times of files advance by ticks of the kernel,
  /// so that two changes in one tick may look alike.
  private let tagIsSettled: Bool

  /// Likewise for `lastModified`, which advances by seconds.
  private let dateIsSettled: Bool

  /// Times are nanoseconds since 1970. `changed` is the status change time: it cannot be set, and so
  /// it tells of contents that came with an older modification time.
  package init(inode: UInt64, size: Int64, modified: Int128, changed: Int128, now: Int128) {
    tag = Self.tag(
      of: [inode, UInt64(bitPattern: size)]
        + [modified, changed].map(UInt64.init(truncatingIfNeeded:))
    )
    lastModified = Int(exactly: modified / 1_000_000_000).flatMap(HTTPDate.init(seconds:))
    // The slowest tick is 10 ms (CONFIG_HZ=100).
    tagIsSettled = now - changed > 20_000_000
    let aSecond: Int128 = 1_000_000_000
    dateIsSettled = modified / aSecond < now / aSecond && changed / aSecond < now / aSecond
  }

  /// The tag, unless a later change could leave it as it is: then a client must not keep it, or it
  /// would be told that it has the last save when it has not.
  package var tagToSend: String? { tagIsSettled ? tag : nil }

  package var lastModifiedToSend: HTTPDate? { dateIsSettled ? lastModified : nil }

  /// Numbers in hexadecimal with a dot between them: this is made for each request.
  private static func tag(of parts: [UInt64]) -> String {
    String(unsafeUninitializedCapacity: parts.count * 17 + 2) { room in
      var length = 0
      func append(_ byte: UInt8) {
        room[length] = byte
        length += 1
      }
      append(UInt8(ascii: "\""))
      for (index, part) in parts.enumerated() {
        if index > 0 { append(UInt8(ascii: ".")) }
        var shift = max(0, (63 - part.leadingZeroBitCount) / 4 * 4)
        while shift >= 0 {
          let digit = UInt8(truncatingIfNeeded: part >> shift & 0xF)
          append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
          shift -= 4
        }
      }
      append(UInt8(ascii: "\""))
      return length
    }
  }
}
