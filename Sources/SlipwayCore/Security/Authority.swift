package import SlipwaySystem

/// A host with or without a port: the value of a Host field (RFC 9110, section 7.2), or the
/// authority of an absolute-form target. In normal form: two spellings of one host are equal.
///
/// Stricter than the grammar of RFC 3986, because who reads a host leniently is deceived about it:
///
/// - A name is made of labels of letters, digits, hyphens and underscores, none of them empty, of at
///   most 63 bytes, 253 in all. Case does not matter, nor does one dot at the end. What would have to
///   be percent-encoded is no name of a host; names in other scripts arrive as `xn--…` (RFC 5891).
/// - What ends in a number is an IPv4 address in four decimal octets, or nothing: browsers have
///   turned `127.1`, `0x7f.1` and `2130706433` into that form before they ask.
/// - In brackets stands an IPv6 address, without a zone.
/// - A port is a number of at most five digits, up to 65535. The colon may stand alone.
/// - There is no user name.
package struct Authority: Sendable, Hashable {
  package enum Host: Sendable, Hashable {
    /// In lower case, without a dot at the end.
    case name(String)
    case address(IPAddress)
  }

  package let host: Host

  /// nil if none was written.
  package let port: UInt16?

  package init(host: Host, port: UInt16?) {
    self.host = host
    self.port = port
  }

  /// nil for whatever is malformed; the empty text is. Never traps, whatever the bytes.
  package init?(_ text: String) {
    // A name of 253 bytes, a dot, a colon and five digits.
    guard text.utf8.count <= 260 else { return nil }
    let (host, port) = Self.split(text.utf8[...])
    if let port {
      guard let number = Self.port(port) else { return nil }
      self.port = number
    } else {
      self.port = nil
    }
    guard let host = Host(host) else { return nil }
    self.host = host
  }

  /// At the last colon that is outside of brackets. The port is nil if there is none.
  private static func split(
    _ text: Substring.UTF8View
  ) -> (host: Substring.UTF8View, port: Substring.UTF8View?) {
    guard let colon = text.lastIndex(of: UInt8(ascii: ":")), text.last != UInt8(ascii: "]") else {
      return (text, nil)
    }
    return (text[..<colon], text[text.index(after: colon)...])
  }

  /// The outer nil is for what is no port, the inner one for the empty text.
  private static func port(_ digits: Substring.UTF8View) -> UInt16?? {
    if digits.isEmpty { return .some(nil) }
    guard digits.count <= 5, let number = Int(digits: digits), let port = UInt16(exactly: number)
    else { return nil }
    return port
  }
}

extension Authority.Host {
  /// The host without its port.
  init?(_ text: Substring.UTF8View) {
    if text.first == UInt8(ascii: "[") {
      guard text.last == UInt8(ascii: "]"), text.contains(UInt8(ascii: ":")),
        let address = IPAddress(String(Substring(text.dropFirst().dropLast())))
      else { return nil }
      self = .address(address)
      return
    }
    var name = text
    if name.last == UInt8(ascii: ".") { name.removeLast() }
    guard !name.isEmpty, name.count <= 253 else { return nil }
    let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.allSatisfy({ (1...63).contains($0.count) && $0.allSatisfy(\.isInLabel) })
    else { return nil }
    if labels.last?.isNumber == true {
      guard let address = IPAddress(String(Substring(text))) else { return nil }
      self = .address(address)
    } else {
      self = .name(String(Substring(name)).lowercased())
    }
  }
}

extension UInt8 {
  fileprivate var isInLabel: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  fileprivate var isHexadecimalDigit: Bool {
    isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20)
  }
}

extension Substring.UTF8View {
  /// Whether browsers take the label for a number, which makes the whole host an IPv4 address (URL
  /// Standard, "ends in a number").
  fileprivate var isNumber: Bool {
    if allSatisfy(\.isDigit) { return true }
    let start = prefix(2)
    return start.elementsEqual("0x".utf8) || start.elementsEqual("0X".utf8)
      ? dropFirst(2).allSatisfy(\.isHexadecimalDigit) : false
  }
}
