/// Finds the mount that a request target belongs to.
///
/// The longest prefix wins, compared segment by segment: `/api` takes `/api` and `/api/x`, not
/// `/apix`. Before that, dot segments (plain or `%2e`) are resolved, and escapes are decoded once;
/// so `/%61pi` and `/x/../api` belong to `/api` too. An encoded slash (`%2F`) is a byte of its
/// segment, never a border. Empty segments are kept. Case and Unicode are compared as bytes, so two
/// normal forms of one word are two names.
///
/// Paths below `/_slipway/` are the server's own: no mount takes them, not even the one at `/`.
package struct MountTable: Sendable {
  package enum Resolution: Sendable, Equatable {
    /// `path` is what follows the prefix, dot segments resolved, escapes as received: empty, or
    /// beginning with a slash. `query` is without its question mark.
    case found(Mount, path: String, query: String)

    /// The path is one of the server's own; as with `found`.
    case reserved(path: String, query: String)

    /// No mount takes the path.
    case notFound

    /// The target is malformed; the sentence says how. To be answered by status 400.
    case invalid(String)
  }

  /// As given.
  package let mounts: [Mount]

  private static let reserved = Entry(InternalPages.mount)

  /// Longest prefix first.
  private let entries: [Entry]

  /// Prefixes are plain text, not percent-encoded. Of two mounts with one prefix the first counts.
  package init(_ mounts: [Mount]) {
    self.mounts = mounts
    entries = mounts.map(Entry.init).enumerated()
      .sorted { ($1.element.prefix.count, $0.offset) < ($0.element.prefix.count, $1.offset) }
      .map(\.element)
  }

  /// Splits a target that came in a request line. Never traps, whatever the bytes.
  package func resolve(_ target: String) -> Resolution {
    var target = target
    target.makeContiguousUTF8()
    let bytes = target.utf8.span
    do throws(RequestTarget.Malformed) {
      let parts = try RequestTarget(bytes)
      if parts.hasDotSegments || parts.path.isEmpty {
        let path = try parts.normalizedPath(bytes)
        let query = text(parts.query, of: target)
        return resolution(find(path.span), query: query) {
          String(decoding: path[$0...], as: UTF8.self)
        }
      }
      let query = text(parts.query, of: target)
      return resolution(find(bytes.extracting(parts.path)), query: query) {
        text(parts.path.dropFirst($0), of: target)
      }
    } catch {
      return .invalid(error.reason)
    }
  }

  private func resolution(
    _ found: (mount: Mount?, border: Int)?,
    query: String,
    pathBehind: (Int) -> String
  ) -> Resolution {
    guard let (mount, border) = found else { return .notFound }
    let path = pathBehind(border)
    return mount.map { .found($0, path: path, query: query) }
      ?? .reserved(path: path, query: query)
  }

  /// The mount is nil for the server's own.
  private func find(_ path: borrowing Span<UInt8>) -> (mount: Mount?, border: Int)? {
    if let border = Self.reserved.border(in: path) { return (nil, border) }
    for entry in entries {
      if let border = entry.border(in: path) { return (entry.mount, border) }
    }
    return nil
  }

  private func text(_ range: Range<Int>, of target: String) -> String {
    if range.isEmpty { return "" }
    if range.count == target.utf8.count { return target }
    let start = target.utf8.index(target.utf8.startIndex, offsetBy: range.lowerBound)
    return String(target[start..<target.utf8.index(start, offsetBy: range.count)])
  }

  private struct Entry {
    let mount: Mount

    /// Empty for the mount at `/`.
    let prefix: [UInt8]

    init(_ mount: Mount) {
      self.mount = mount
      prefix = mount.prefix == "/" ? [] : Array(mount.prefix.utf8)
    }

    /// Where in a checked path the prefix ends; nil if the path is not below it.
    func border(in path: borrowing Span<UInt8>) -> Int? {
      var position = 0
      for expected in prefix {
        guard position < path.count else { return nil }
        if let decoded = PercentEncoding.byte(at: position, in: path) {
          guard decoded == expected, decoded != UInt8(ascii: "/") else { return nil }
          position += 3
        } else {
          guard path[position] == expected else { return nil }
          position += 1
        }
      }
      return position == path.count || path[position] == UInt8(ascii: "/") ? position : nil
    }
  }
}
