extension String {
  /// The lines of a text, at least one and at most `limit`; the last says how many were left out.
  func splitIntoLines(limit: Int) -> [String] {
    let text = hasSuffix("\n") ? String(dropLast()) : self
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.count > limit else { return lines.map(String.init) }
    return lines.prefix(limit - 1).map(String.init) + ["… \(lines.count - limit + 1) more lines"]
  }
}
