/// A URL that a page may link to, whoever has made it up.
package struct PageLink: Sendable, Equatable {
  package let url: String

  /// Nil unless it is a path of this server: `//host/` would lead to another one, and browsers take
  /// a backslash for a slash.
  package init?(path: String) {
    guard path.first == "/", path.dropFirst().first.map({ !"/\\".contains($0) }) ?? true,
      path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    url = path
  }

  /// Nil unless it has the scheme of another program (RFC 3986, section 3.1), and not one by which
  /// the browser itself would run or show something. No control characters, which browsers overlook in
  /// a scheme.
  package init?(editor url: String) {
    guard let colon = url.firstIndex(of: ":") else { return nil }
    let scheme = url[..<colon].lowercased()
    guard let first = scheme.utf8.first, (0x61...0x7A).contains(first),
      scheme.utf8.allSatisfy({
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "+-.".utf8.contains($0)
      }),
      !["javascript", "data", "vbscript", "blob", "about", "view-source"].contains(scheme),
      url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { return nil }
    self.url = url
  }
}
