/// Tells pages with the script from those without it, in what caches know them by.
///
/// The application's validator gets a mark, which is taken off again before the application sees it.
/// It becomes a weak one, for the tag changes nothing of what the page says (RFC 9110, section 8.8.1);
/// a strong one would let ranges of two different bodies be put together.
enum LiveValidator {
  private static let mark = "-slipway\""

  static func marked(_ validator: String) -> String {
    guard validator.hasSuffix("\"") else { return validator }
    return (validator.hasPrefix("W/") ? "" : "W/") + validator.dropLast() + mark
  }

  /// The fields of a request for a page as the application gets them.
  ///
  /// What a cache has kept without the script, from a time before there was one, is no answer: it is
  /// not asked about. That goes for everything that has a date only.
  static func unmark(_ fields: inout FieldSection) {
    let known = fields.list("If-None-Match")?.split(separator: ",").map { Syntax.trimmed($0) } ?? []
    let own = known.filter { $0.hasSuffix(mark) }.map { $0.dropLast(mark.count) + "\"" }
    fields.remove(name: "If-None-Match")
    if own.isEmpty {
      fields.remove(name: "If-Modified-Since")
    } else {
      fields.add(name: "If-None-Match", value: own.joined(separator: ", "))
    }
  }
}
