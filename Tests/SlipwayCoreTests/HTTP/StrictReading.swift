/// A second reader of requests, to hold the gateway's own against.
///
/// It shares nothing with that: it has the whole of the bytes, splits texts and asks about each part
/// whether it is exactly what RFC 9112 allows a client to send. What it refuses, or reads otherwise,
/// the gateway must not take: two readers who disagree are what request smuggling consists of.
enum StrictReading {
  struct Message: Equatable {
    var method: String
    var target: [UInt8]
    var body: [UInt8]
    var length: Int
  }

  /// The request that `bytes` begin with; nil unless the whole of it is there and without a doubt.
  static func first(of bytes: ArraySlice<UInt8>) -> Message? {
    var rest = Text(bytes)
    while rest.starts(with: "\r\n") { rest.removeFirst(2) }
    guard let head = rest.take(to: "\r\n\r\n") else { return nil }
    let lines = head.split(at: "\r\n")
    guard !lines.contains(where: { $0.contains(below: 0x20) }) else { return nil }

    let words = lines[0].string.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, isToken(words[0]), !words[1].isEmpty,
      words[2].hasPrefix("HTTP/1."), words[2].utf8.count == 8,
      let minor = words[2].last.flatMap({ Int(String($0)) })
    else { return nil }

    var fields: [String: [String]] = [:]
    for line in lines.dropFirst() {
      guard let (name, value) = field(line) else { return nil }
      fields[name, default: []].append(value)
    }
    guard let body = body(of: fields, minor: minor, &rest) else { return nil }
    let hosts = fields["host"] ?? []
    guard hosts.count == 1 || (minor == 0 && hosts.isEmpty) else { return nil }
    return Message(
      method: String(words[0]),
      target: words[1].unicodeScalars.map { UInt8($0.value) },
      body: body,
      length: bytes.count - rest.bytes.count
    )
  }

  private static func body(
    of fields: [String: [String]],
    minor: Int,
    _ rest: inout Text
  ) -> [UInt8]? {
    let lengths = fields["content-length"] ?? []
    let codings = fields["transfer-encoding"] ?? []
    switch (lengths.count, codings.count) {
    case (0, 0): return []
    case (1, 0):
      guard lengths[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(lengths[0])
      else { return nil }
      return rest.take(count)
    case (0, 1):
      return minor > 0 && codings[0].lowercased() == "chunked" ? chunks(&rest) : nil
    default: return nil
    }
  }

  private static func chunks(_ rest: inout Text) -> [UInt8]? {
    var body: [UInt8] = []
    while let line = rest.take(to: "\r\n") {
      guard !line.contains(below: 0x20) else { return nil }
      let digits = line.string.prefix { $0.isHexDigit && $0.isASCII }
      let behind = line.string.dropFirst(digits.count).drop { $0 == " " || $0 == "\t" }
      guard let size = Int(digits, radix: 16), behind.isEmpty || behind.hasPrefix(";") else {
        return nil
      }
      guard size > 0 else { return areTrailers(&rest) ? body : nil }
      guard let data = rest.take(size), rest.take(2) == Array("\r\n".utf8) else { return nil }
      body += data
    }
    return nil
  }

  private static func areTrailers(_ rest: inout Text) -> Bool {
    while let line = rest.take(to: "\r\n") {
      if line.bytes.isEmpty { return true }
      guard !line.contains(below: 0x20), let (name, _) = field(line),
        !["content-length", "transfer-encoding", "host"].contains(name)
      else { return false }
    }
    return false
  }

  private static func field(_ line: Text) -> (name: String, value: String)? {
    let parts = line.string.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, isToken(parts[0]) else { return nil }
    var value = parts[1].drop { $0 == " " || $0 == "\t" }
    while let last = value.last, last == " " || last == "\t" { value.removeLast() }
    return (parts[0].lowercased(), String(value))
  }

  private static func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.allSatisfy { character in
        character.isASCII
          && (character.isLetter || character.isNumber || "!#$%&'*+-.^_`|~".contains(character))
      }
  }

  /// Bytes as text in which each is one character (ISO 8859-1): nothing is decoded, nothing is lost.
  private struct Text {
    private(set) var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// CR LF would be one character: not used where that matters.
    var string: String { String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) })) }

    func starts(with text: String) -> Bool { bytes.starts(with: text.utf8) }

    mutating func removeFirst(_ count: Int) { bytes = bytes.dropFirst(count) }

    /// Whether a control character is there; a tab is none.
    func contains(below limit: UInt8) -> Bool {
      bytes.contains { ($0 < limit && $0 != 0x09) || $0 == 0x7F }
    }

    mutating func take(_ count: Int) -> [UInt8]? {
      guard count <= bytes.count else { return nil }
      defer { removeFirst(count) }
      return Array(bytes.prefix(count))
    }

    /// What stands before the first `end`, which is dropped.
    mutating func take(to end: String) -> Text? {
      let mark = Array(end.utf8)
      var index = bytes.startIndex
      while index + mark.count <= bytes.endIndex {
        if bytes[index..<index + mark.count].elementsEqual(mark) {
          defer { bytes = bytes[(index + mark.count)...] }
          return Text(bytes[..<index])
        }
        index += 1
      }
      return nil
    }

    func split(at mark: String) -> [Text] {
      var rest = self
      var parts: [Text] = []
      while let part = rest.take(to: mark) { parts.append(part) }
      return parts + [rest]
    }
  }
}
