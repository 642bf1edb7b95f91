import SlipwayCore

extension HostPattern {
  /// Understands `example.test`, `.example.test`, `*.example.test` and `all`.
  init(parsing text: String) throws(InvalidValue) {
    if let pattern = HostPattern(text) {
      self = pattern
      return
    }
    let shown = text.shownSafely
    let hint: String
    if text.contains("://") || text.contains("/") {
      hint = "Write the host alone, such as example.test."
    } else if let authority = Authority(text), authority.port != nil {
      hint = "Leave the port out: a host is allowed on every port."
    } else if text.unicodeScalars.contains(where: { !$0.isASCII }) {
      hint = "Write it as browsers send it, in ASCII: xn--…"
    } else {
      hint = "Write example.test, .example.test for a whole domain, or all."
    }
    throw InvalidValue("“\(shown)” is not a host.", hint: hint)
  }
}
