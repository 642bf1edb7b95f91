package import NIOCore

/// Looks for the Accept field of a request that is refused for the way it is written, or for its size:
/// a person at a browser is to get a page, whose URL or cookies are too long. Whatever is found decides
/// about the form of the refusal and nothing else.
package enum AcceptPreview {
  private static let limit = 128 * 1024
  private static let name = Array("accept:".utf8)

  /// The value of the first Accept line that is there as a whole; nil if there is none.
  package static func field(in input: ByteBuffer) -> String? {
    let lines = input.readableBytesView.prefix(limit)
      .split(separator: Syntax.lineFeed, omittingEmptySubsequences: false)
    // Neither the request line nor what may be cut.
    for line in lines.dropFirst().dropLast() {
      if line.isEmpty || line.elementsEqual([Syntax.carriageReturn]) { return nil }
      guard line.prefix(name.count).map({ $0 | 0x20 }).elementsEqual(name.map { $0 | 0x20 }) else {
        continue
      }
      let value = String(decoding: line.dropFirst(name.count), as: UTF8.self)
      return value.hasSuffix("\r") ? String(value.dropLast()) : value
    }
    return nil
  }
}
