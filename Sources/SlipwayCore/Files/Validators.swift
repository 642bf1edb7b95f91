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
    let parts = [Int128(inode), Int128(size), modified, changed]
    tag = "\"" + parts.map { String($0, radix: 36) }.joined(separator: ".") + "\""
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
}
