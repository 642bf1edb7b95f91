import SlipwayCore

// How the values of single options are written.

func accessRule(_ text: String) throws(InvalidValue) -> AccessRule {
  do throws(AccessRule.Malformed) {
    return try AccessRule(parsing: text)
  } catch {
    throw InvalidValue("“\(text.shownSafely)” means nobody: \(error.reason).", hint: error.hint)
  }
}

func method(_ text: String) throws(InvalidValue) -> String {
  guard MountRules.isMethod(text) else {
    throw InvalidValue(
      "“\(text.shownSafely)” is not a method.",
      hint: "Write a list, such as [GET, POST]."
    )
  }
  let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
  guard !known.contains(text.uppercased()) || known.contains(text) else {
    throw InvalidValue(
      "“\(text)” is not a method: their case matters.",
      hint: "Write \(text.uppercased())."
    )
  }
  return text
}

/// The name of a file in whatever directory is asked for.
func fileName(_ text: String) throws(InvalidValue) -> String {
  guard !["", ".", ".."].contains(text), !text.utf8.contains(UInt8(ascii: "/")),
    !text.utf8.contains(0)
  else {
    throw InvalidValue(
      "“\(text.shownSafely)” is not the name of a file.",
      hint: "Write a name without slashes, such as index.html."
    )
  }
  return text
}

/// A file below the mounted directory, or `false` for none.
func fileOrNone(_ text: String) throws(InvalidValue) -> String? {
  if text == "false" { return nil }
  let slash = UInt8(ascii: "/")
  guard !text.isEmpty, text.utf8.first != slash, text.utf8.last != slash, !text.utf8.contains(0)
  else {
    throw InvalidValue(
      "“\(text.shownSafely)” is not a file in the mounted directory.",
      hint: "Write its path from there, such as index.html, or false for none."
    )
  }
  let names = text.utf8.split(separator: slash).map { String(Substring($0)) }.filter { $0 != "." }
  guard !names.isEmpty, !names.contains("..") else {
    throw InvalidValue(
      "“\(text.shownSafely)” leads out of the mounted directory.",
      hint: "Write the path of a file in it, such as index.html."
    )
  }
  return names.joined(separator: "/")
}

func cacheControl(_ text: String) throws(InvalidValue) -> String {
  let field = MountRules.Field(name: "Cache-Control", value: text)
  guard !text.isEmpty, field.unfitness == nil else {
    throw InvalidValue(
      "“\(text.shownSafely)” is not a value of Cache-Control.",
      hint: "Write directives, such as “no-cache” or “max-age=60, public”."
    )
  }
  return text
}

extension AccessRules.Order {
  /// `mutual-failure` is Apache's old name of `allow,deny`.
  init(parsing text: String) throws(InvalidValue) {
    switch text.lowercased().filter({ !$0.isWhitespace }) {
    case "allow,deny", "mutual-failure": self = .allowDeny
    case "deny,allow": self = .denyAllow
    default:
      throw InvalidValue(
        "“\(text.shownSafely)” is not an order.",
        hint: "Write allow,deny or deny,allow: the last one has the last word."
      )
    }
  }
}

extension InvalidValue {
  /// What is wrong with a field for responses; nil if nothing is.
  init?(unfit field: MountRules.Field) {
    let name = field.name.shownSafely
    switch field.unfitness {
    case nil: return nil
    case .noName:
      self.init(
        "“\(name)” is not the name of a header.",
        hint: "Write a name such as X-Robots-Tag."
      )
    case .ofTheGateway:
      self.init("“\(name)” belongs to the connection, and only the server sets it.")
    case .ofTheBody:
      self.init("“\(name)” says how a body is to be read, so only whoever sends the body sets it.")
    case .noValue:
      self.init(
        "The value of “\(name)” begins or ends with a space, or has a control character.",
        hint: "Write it on one line."
      )
    }
  }
}

func threadCount(_ text: String) throws(InvalidValue) -> Int {
  guard let number = Int32(decimal: text), (1...1000).contains(number) else {
    throw InvalidValue(
      "“\(text.shownSafely)” is not a number of threads.",
      hint: "Write a whole number from 1 to 1000."
    )
  }
  return Int(number)
}

func pythonName(_ text: String) throws(InvalidValue) -> String {
  guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "=") })
  else {
    throw InvalidValue(
      "“\(text.shownSafely)” cannot be the name of a callable.",
      hint: "Write application, package.application or create_app()."
    )
  }
  return text
}

func hostAndPort(_ text: String) throws(InvalidValue) -> String {
  let colon = text.lastIndex(of: ":")
  let port = colon.flatMap { Int32(decimal: String(text[text.index(after: $0)...])) }
  guard let port, (1...65_535).contains(port), !text.contains(where: \.isWhitespace) else {
    throw InvalidValue(
      "“\(text.shownSafely)” does not say where the editor listens.",
      hint: "Write HOST:PORT, such as 127.0.0.1:5678."
    )
  }
  return text
}

/// The name of an interpreter, in mod_wsgi's words; empty for the main one.
func applicationGroup(_ text: String, of prefix: String) throws(InvalidValue) -> String {
  switch text {
  case "", "%{GLOBAL}": return ""
  // As mod_wsgi names it, behind the name of the server, of which there is one here.
  case "%{RESOURCE}": return "|\(prefix)"
  default: break
  }
  guard !text.contains("%{") else {
    throw InvalidValue(
      "“\(text.shownSafely)” is no application group here: there is one server, and a request cannot choose "
        + "its interpreter.",
      hint: "Write a name, “%{RESOURCE}” for an interpreter of the mount’s own, or “%{GLOBAL}”."
    )
  }
  guard !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
    throw InvalidValue(
      "“\(text.shownSafely)” has control characters in it.",
      hint: "Write a name, such as shop."
    )
  }
  return text
}
