/// Decides from the heads of an exchange whether its response is a page that a script belongs into.
enum InjectionRule {
  /// A field by which a response keeps the script out; it stays in the response.
  static let optOutField = "Slipway-Live-Reload"

  /// What of the response's head no longer holds when its body gets the script; nil if it does not.
  ///
  /// Left alone are parts (206), downloads, encoded bodies and what is no HTML, by the fields alone.
  static func tag(
    _ source: @autoclosure () -> String,
    method: String,
    for head: ResponseHead
  ) -> ScriptTag? {
    let fields = head.fields
    guard fields.hasFirst("Content-Type", where: isReadableHTML),
      (200...599).contains(head.status), head.status != 206,
      !fields.contains(name: "Content-Range"),
      fields["Content-Encoding"].allSatisfy({ $0.lowercased() == "identity" }),
      fields.first(name: optOutField)?.lowercased() != "off",
      !(fields.first(name: "Content-Disposition")?.lowercased().hasPrefix("attachment") ?? false)
    else { return nil }
    let policies = fields["Content-Security-Policy"]
    var tag = ScriptTag(source: source())
    tag.nonce = policies.lazy.compactMap(ContentSecurityPolicy.nonce(in:)).first
    tag.isOnce = method != "GET" && method != "HEAD"
    return tag
  }

  /// Has the head tell of the body with the script.
  static func adapt(_ fields: inout FieldSection) {
    for name in ["Content-Length", "Content-MD5", "Content-Digest", "Digest", "Repr-Digest"] {
      fields.remove(name: name)
    }
    markValidator(&fields)
  }

  /// Has the validator be another one than that of the page without the script.
  static func markValidator(_ fields: inout FieldSection) {
    if let validator = fields.first(name: "ETag") {
      fields.replaceOrAdd(name: "ETag", value: LiveValidator.marked(validator))
    }
  }

  /// Whether a request is for a page as a person looks at it, so that an application should not
  /// compress it: Sec-Fetch-Dest says so, and where that is missing, as over plain HTTP between
  /// machines, Accept does.
  static func isForPage(_ fields: FieldSection) -> Bool {
    if let destination = fields.first(name: "Sec-Fetch-Dest") {
      return ["document", "iframe", "frame"].contains(destination)
    }
    return fields.first(name: "Accept")?.lowercased().contains("text/html") ?? false
  }

  /// text/html in an encoding in which markup is ASCII. Bytes, because every page is asked.
  private static func isReadableHTML(_ type: UnsafeRawBufferPointer) -> Bool {
    let essence = 9
    guard type.begins(with: "text/html"),
      type.count == essence || type[essence] == Syntax.semicolon || type[essence] == Syntax.space
    else { return false }
    guard
      let charset = (essence..<type.count).first(where: { type.begins(with: "charset=", at: $0) })
    else { return true }
    let value = charset + 8..<type.count
    let label = value.first { type[$0] != Syntax.quote && type[$0] != UInt8(ascii: "'") }
    return !otherCharsets.contains { type.begins(with: $0, at: label ?? type.count) }
  }

  /// What the names of encodings begin with in which the bytes of markup stand for something else.
  private static let otherCharsets: [StaticString] = [
    "utf-16", "utf16", "unicode", "ucs-2", "iso-10646-ucs", "utf-32", "utf-7", "iso-2022",
    "csiso2022", "hz-gb",
  ]
}

extension ResponseHead {
  /// What every response is asked: what is no page pays for this look at its type, and no more.
  var isHTML: Bool { fields.hasFirst("Content-Type") { $0.begins(with: "text/html") } }
}
