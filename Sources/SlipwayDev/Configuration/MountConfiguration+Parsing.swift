import SlipwayCore

extension MountConfiguration {
  /// Understands `PREFIX=KIND:TARGET`, the form of flags and environment.
  init(parsing text: String, relativeTo paths: PathResolver) throws(InvalidValue) {
    guard let equals = text.firstIndex(of: "=") else {
      throw InvalidValue(
        "“\(text.shownSafely)” is not a mount.",
        hint: "Write PREFIX=KIND:TARGET, such as /static=files:public."
      )
    }
    try self.init(
      prefix: String(text[..<equals]),
      target: String(text[text.index(after: equals)...]),
      relativeTo: paths
    )
  }

  /// Understands a prefix and `KIND:TARGET`, the form of the configuration file.
  init(prefix: String, target: String, relativeTo paths: PathResolver) throws(InvalidValue) {
    self.init(
      prefix: try Self.prefix(parsing: prefix),
      target: try Target(parsing: target, relativeTo: paths)
    )
  }

  /// A trailing slash is accepted and dropped: `/static/` is `/static`. A prefix is plain text, so
  /// it may have spaces and letters of every script, but no escapes.
  private static func prefix(parsing text: String) throws(InvalidValue) -> String {
    let slash = UInt8(ascii: "/")
    guard text.utf8.first == slash else {
      throw InvalidValue(
        "“\(text.shownSafely)” is not a prefix: it does not begin with a slash.",
        hint: "Write “/\(text.shownSafely)”."
      )
    }
    guard text != "/" else { return text }
    let bytes = text.utf8.last == slash ? text.utf8.dropLast() : text.utf8[...]
    let trimmed = String(Substring(bytes))
    let segments = bytes.dropFirst().split(separator: slash, omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard segments.allSatisfy({ !["", ".", ".."].contains($0) }) else {
      throw InvalidValue(
        "“\(text.shownSafely)” is not a prefix.",
        hint: "Every part between slashes needs a name other than . and .."
      )
    }
    if bytes.contains(UInt8(ascii: "%")) {
      throw InvalidValue(
        "“\(text.shownSafely)” is not a prefix: it has a percent sign.",
        hint: decoded(trimmed).map { "Write “\($0)”: escapes are for URLs." }
          ?? "A prefix is plain text, without escapes."
      )
    }
    guard !bytes.contains(where: { "?#\\".utf8.contains($0) }), text.shownSafely == text else {
      throw InvalidValue(
        "“\(text.shownSafely)” is not a prefix.",
        hint: "It may not have ?, #, backslashes or control characters."
      )
    }
    guard segments.first != "_slipway" else {
      throw InvalidValue(
        "“\(text.shownSafely)” is reserved for the server's own pages.",
        hint: "Choose another prefix."
      )
    }
    return trimmed
  }

  /// The prefix that is meant by one with escapes, if that can be one.
  private static func decoded(_ prefix: String) -> String? {
    guard let bytes = PercentEncoding.decode(prefix.utf8),
      let text = String(validating: bytes, as: UTF8.self), text.shownSafely == text,
      !text.contains(where: { "%?#\\".contains($0) }),
      text.split(separator: "/").count
        == prefix.split(separator: "/").count
    else { return nil }
    return text
  }
}

extension MountConfiguration.Target {
  /// The kinds of mount, and how each is written.
  private static let kinds = [
    "files": "files:DIRECTORY", "swift": "swift:DIRECTORY[#PRODUCT]",
    "wsgi": "wsgi:SCRIPT-OR-MODULE[:CALLABLE]",
  ]

  /// Understands `files:DIR`, `swift:DIR[#PRODUCT]` and `wsgi:SCRIPT-OR-MODULE[:CALLABLE]`.
  init(parsing text: String, relativeTo paths: PathResolver) throws(InvalidValue) {
    let all = Self.kinds.values.sorted()
    let forms = all.dropLast().joined(separator: ", ") + " or \(all.last ?? "")"
    guard let colon = text.firstIndex(of: ":") else {
      throw InvalidValue(
        "“\(text.shownSafely)” does not say what kind of thing is mounted.",
        hint: "Write \(forms)."
      )
    }
    let kind = String(text[..<colon])
    let rest = String(text[text.index(after: colon)...])
    switch kind {
    case "files":
      self = .files(directory: try paths.absolute(rest))
    case "swift":
      // The last #, so that a directory may have one in its name if a product is given.
      guard let hash = rest.lastIndex(of: "#") else {
        self = .swift(package: try paths.absolute(rest), product: nil)
        return
      }
      let product = String(rest[rest.index(after: hash)...])
      guard !product.isEmpty, !product.contains("/") else {
        throw InvalidValue(
          "“\(text.shownSafely)” names no product after its #.",
          hint: "Name one, or leave the # out if the package has one dynamic library."
        )
      }
      self = .swift(package: try paths.absolute(String(rest[..<hash])), product: product)
    case "wsgi":
      self = .wsgi(try PythonTarget(parsing: rest, relativeTo: paths))
    default:
      let nearest = kind.nearest(among: Array(Self.kinds.keys))
      throw InvalidValue(
        "“\(kind.shownSafely)” is not a kind of mount.",
        hint: nearest.flatMap { Self.kinds[$0] }.map { "Did you mean \($0)?" } ?? "Write \(forms)."
      )
    }
  }
}
