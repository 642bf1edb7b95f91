extension ListenAddress {
  /// Understands `HOST:PORT`, `[IPv6]:PORT`, `unix:PATH` and `fd:N`.
  init(parsing text: String, relativeTo paths: PathResolver) throws(InvalidValue) {
    if let path = text.removing(prefix: "unix:") {
      self = .unix(path: try Self.socketPath(path, relativeTo: paths))
    } else if let number = text.removing(prefix: "fd:") {
      self = .descriptor(try Self.descriptor(number))
    } else {
      self = try Self.hostAndPort(text)
    }
  }

  private static func socketPath(
    _ path: String,
    relativeTo paths: PathResolver
  ) throws(InvalidValue) -> String {
    let absolute = try paths.absolute(path)
    // sun_path has 108 bytes with its terminator: unix(7).
    guard absolute.utf8.count < 108 else {
      throw InvalidValue(
        "The path of a Unix socket has at most 107 bytes; “\(absolute.shownSafely)” has "
          + "\(absolute.utf8.count).",
        hint: "Choose a shorter one, for example below /tmp or /run/user."
      )
    }
    return absolute
  }

  private static func descriptor(_ number: String) throws(InvalidValue) -> Int32 {
    guard let descriptor = Int32(decimal: number), descriptor >= 3 else {
      throw InvalidValue(
        "“fd:\(number.shownSafely)” does not name a socket.",
        hint: "N of fd:N is a descriptor from 3 up: 0, 1 and 2 are the standard streams."
      )
    }
    return descriptor
  }

  private static func hostAndPort(_ text: String) throws(InvalidValue) -> ListenAddress {
    let example = "127.0.0.1:8080"
    if Int32(decimal: text) != nil {
      throw InvalidValue(
        "“\(text)” is a port without a host.",
        hint: "Write 127.0.0.1:\(text)."
      )
    }
    if text.contains("://") {
      throw InvalidValue(
        "“\(text.shownSafely)” is a URL, not an address.",
        hint: text.hasPrefix("https:")
          ? "Write HOST:PORT, such as \(example), and set tls (--tls)."
          : "Write HOST:PORT, such as \(example)."
      )
    }
    guard let colon = text.lastIndex(of: ":") else {
      throw InvalidValue(
        "“\(text.shownSafely)” is not an address.",
        hint: "Write HOST:PORT, such as \(example), unix:PATH or fd:N."
      )
    }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":"), host.utf8.allSatisfy(\.isInIPv6Address) else {
        throw InvalidValue(
          "“\(text.shownSafely)” is not an IPv6 address.",
          hint: "Write [::1]:8080."
        )
      }
    } else if host.contains(":") {
      throw InvalidValue(
        "“\(text.shownSafely)” does not say where the address ends and the port begins.",
        hint: "Put an IPv6 address into brackets: [::1]:8080."
      )
    }
    guard !host.isEmpty, host.utf8.count < 256, host.utf8.allSatisfy(\.isInHost) else {
      throw InvalidValue(
        "“\(text.shownSafely)” does not name a host.",
        hint: "Write \(example), or 0.0.0.0:8080 for every interface."
      )
    }
    guard let port = Int32(decimal: String(text[text.index(after: colon)...])), port <= 65535
    else {
      throw InvalidValue(
        "“\(text.shownSafely)” does not end in a port.",
        hint: "A port is a number from 0 to 65535; 0 lets the system choose."
      )
    }
    return .tcp(host: String(host), port: Int(port))
  }
}

extension ListenAddress: CustomStringConvertible {
  /// The address as the configuration spells it.
  package var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    case .descriptor(let number): "fd:\(number)"
    }
  }
}

extension UInt8 {
  fileprivate var isInHost: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  /// Digits, colons, the dots of an embedded IPv4 address and a zone (RFC 4007, section 11).
  fileprivate var isInIPv6Address: Bool { isInHost }
}
