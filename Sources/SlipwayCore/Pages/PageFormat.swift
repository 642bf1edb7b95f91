/// A rendering of a page, chosen by the Accept field (RFC 9110, section 12.5.1).
package enum PageFormat: Sendable, CaseIterable {
  // In the order in which they are preferred where the client leaves it open: a person at a
  // terminal sends `*/*`; browsers and programs say what they want.
  case text, html, json

  /// The format that the client likes best. Where it likes two equally, the one that it names more
  /// exactly; then the one that it names first. A client that accepts none of them gets text, for
  /// that is better than nothing.
  package init(accept: String?) {
    self = .text
    guard let accept else { return }
    let ranges = MediaRange.list(accept)
    var best = Claim.none
    for format in PageFormat.allCases {
      for type in format.types {
        let claim = Claim(of: type, in: ranges)
        if best < claim { (best, self) = (claim, format) }
      }
    }
  }

  private var types: [(type: Substring, subtype: Substring)] {
    switch self {
    case .text: [("text", "plain")]
    case .html: [("text", "html")]
    case .json: [("application", "problem+json"), ("application", "json")]
    }
  }

  /// How much a client wants a media type, by the most exact of its ranges that match.
  private struct Claim: Comparable {
    var quality: Int
    var exactness: Int

    /// Negative, so that what is named first compares greater.
    var place: Int

    static let none = Claim(quality: 0, exactness: 0, place: 0)

    init(quality: Int, exactness: Int, place: Int) {
      (self.quality, self.exactness, self.place) = (quality, exactness, place)
    }

    init(of media: (type: Substring, subtype: Substring), in ranges: [MediaRange]) {
      self = .none
      for (index, range) in ranges.enumerated() {
        guard let found = range.exactness(for: media), found > exactness else { continue }
        self = Claim(quality: range.quality, exactness: found, place: -index)
      }
    }

    static func < (left: Claim, right: Claim) -> Bool {
      // Nothing that is unacceptable is ever better than something.
      guard right.quality > 0 else { return false }
      return (left.quality, left.exactness, left.place)
        < (right.quality, right.exactness, right.place)
    }
  }
}
