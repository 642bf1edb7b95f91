/// A way to compress a representation (RFC 9110, section 8.4.1), and the ending of files that are.
package enum ContentCoding: String, Sendable, CaseIterable {
  // In the order in which they are preferred where a client likes them equally: the smaller first.
  case br, zstd, gzip

  var ending: StaticString {
    switch self {
    case .br: ".br"
    case .zstd: ".zst"
    case .gzip: ".gz"
    }
  }

  /// The codings that a client would rather have than none, best first (RFC 9110, section 12.5.3).
  ///
  /// A client that does not say what it accepts gets what everybody can read. One that accepts
  /// nothing that there is gets the representation as it is, even with `identity;q=0`: whoever asks
  /// for a file is helped by the file.
  ///
  /// - Parameter field: Accept-Encoding, its lines joined by commas.
  package static func accepted(by field: String?) -> [ContentCoding] {
    guard let field, !field.isEmpty else { return [] }
    var named: [String: Int] = [:]
    for element in field.lowercased().split(separator: ",") {
      let parts = element.split(separator: ";").map { Syntax.trimmed($0) }
      guard let name = parts.first, !name.isEmpty else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
      guard let quality = weight.map({ MediaRange.weight($0.dropFirst(2)) }) ?? 1000 else {
        continue
      }
      // RFC 9110, section 8.4.1.3.
      let coding = name == "x-gzip" ? "gzip" : String(name)
      named[coding] = named[coding] ?? quality
    }
    // To be sent as it is has no weight of its own: anything that is accepted at all is better.
    let identity = named["identity"] ?? 1
    let codings = allCases.compactMap { coding in
      let quality = named[coding.rawValue] ?? named["*"] ?? 0
      return quality > 0 && quality >= identity ? (coding: coding, quality: quality) : nil
    }
    // Sorting keeps the order of equals.
    return codings.sorted { $0.quality > $1.quality }.map(\.coding)
  }
}
