/// What matters of the attributes of one start tag.
struct TagContent {
  /// What a page says that is to be left alone: `<meta name="slipway-live-reload" content="off">`.
  static let optOut = "slipway-live-reload"

  /// Bytes of a value that are looked at; a policy may be long.
  private static let limit = 8192

  private enum Kind { case name, content, httpEquiv, nonce }

  private var values: [Kind: [UInt8]] = [:]
  private var current: Kind?

  /// An attribute has a value, of which `append` takes the bytes.
  mutating func begin(_ attribute: Name) {
    current =
      switch attribute.text {
      case "name": .name
      case "content": .content
      case "http-equiv": .httpEquiv
      case "nonce": .nonce
      default: nil
      }
    // The first of several attributes with one name is the one that counts.
    if let kind = current {
      if values[kind] == nil { values[kind] = [] } else { current = nil }
    }
  }

  mutating func append(_ byte: UInt8) {
    guard let current, values[current, default: []].count < Self.limit else { return }
    values[current, default: []].append(byte)
  }

  var isOptOut: Bool {
    text(.name)?.lowercased() == Self.optOut && text(.content)?.lowercased() == "off"
  }

  /// Of the policy that a `meta` element sets.
  var policyNonce: String? {
    guard text(.httpEquiv)?.lowercased() == "content-security-policy" else { return nil }
    return text(.content).flatMap(ContentSecurityPolicy.nonce(in:))
  }

  var nonce: String? { text(.nonce).flatMap(ContentSecurityPolicy.checkedNonce) }

  private func text(_ kind: Kind) -> String? {
    values[kind].map { String(decoding: $0, as: UTF8.self) }
  }
}
