/// Which fields of a request have values that nobody else should see.
enum SecretField {
  static let hidden = "(hidden)"

  private static let words = [
    "authorization", "cookie", "token", "secret", "password", "passwd", "api-key", "apikey",
    "session", "signature", "credential", "csrf", "xsrf",
  ]

  /// Whether a field is one of those, by its name: `Authorization`, `Cookie`, `X-Api-Key` and
  /// whatever else calls itself a token, a secret or the like.
  static func isSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    return words.contains { name.contains($0) }
  }
}
