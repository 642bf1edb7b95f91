/// What a policy says about scripts (Content Security Policy Level 3).
package enum ContentSecurityPolicy {
  /// The nonce that lets a script run, by the directive that governs script elements.
  package static func nonce(in policy: String) -> String? {
    var directives: [Substring: Substring] = [:]
    // A comma separates policies in a field that was joined; the first with a nonce will do.
    for directive in policy.split(whereSeparator: { $0 == ";" || $0 == "," }) {
      let words = directive.split(maxSplits: 1, whereSeparator: \.isWhitespace)
      guard let name = words.first else { continue }
      let key = Substring(name.lowercased())
      if directives[key] == nil { directives[key] = words.count > 1 ? words[1] : "" }
    }
    let sources =
      directives["script-src-elem"] ?? directives["script-src"] ?? directives["default-src"] ?? ""
    for source in sources.split(whereSeparator: \.isWhitespace) {
      guard source.lowercased().hasPrefix("'nonce-"), source.hasSuffix("'") else { continue }
      if let nonce = checkedNonce(String(source.dropFirst(7).dropLast())) { return nonce }
    }
    return nil
  }

  /// The text if it is a nonce (section 2.3.1: base64 with either alphabet), which is written into
  /// pages as it is.
  static func checkedNonce(_ text: String) -> String? {
    let isNonce =
      !text.isEmpty && text.utf8.count <= 512
      && text.utf8.allSatisfy {
        $0.isASCIILetter || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "-")
          || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "=")
      }
    return isNonce ? text : nil
  }
}
