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
    guard head.isHTML, (200...599).contains(head.status), head.status != 206,
      let type = head.fields.first(name: "Content-Type"), isReadableHTML(type)
    else { return nil }
    let fields = head.fields
    guard !fields.contains(name: "Content-Range"),
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

  /// text/html in an encoding in which markup is ASCII.
  private static func isReadableHTML(_ type: String) -> Bool {
    let type = type.lowercased()
    guard type.hasPrefix("text/html") else { return false }
    let rest = type.dropFirst(9)
    guard rest.isEmpty || rest.first == ";" || rest.first == " " else { return false }
    // Not by `firstRange(of:)`, which takes a tenth of an event loop's time for this.
    let name = "charset="
    guard let charset = rest.utf8.indices.first(where: { rest.utf8[$0...].starts(with: name.utf8) })
    else { return true }
    let label = rest[charset...].dropFirst(name.count).drop { $0 == "\"" || $0 == "'" }
    return ![
      "utf-16", "utf16", "unicode", "ucs-2", "iso-10646-ucs", "utf-32", "utf-7", "iso-2022",
      "csiso2022", "hz-gb",
    ]
    .contains(where: label.hasPrefix)
  }
}

extension ResponseHead {
  /// What every response is asked: what is no page pays for this look at its type, and no more.
  var isHTML: Bool { fields.begins("Content-Type", with: "text/html") }
}
