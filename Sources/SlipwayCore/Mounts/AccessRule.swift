/// Whom one entry of `allow` or `deny` means.
package struct AccessRule: Sendable, Hashable {
  /// As it was written.
  package let text: String

  private let extent: Extent

  private enum Extent: Hashable {
    case all
    /// Processes of this machine.
    case local
    case network(NetworkPrefix)
  }

  /// Why a text is no rule: the second half of a sentence, and what would have been right.
  package struct Malformed: Error, Equatable {
    package var reason: String
    package var hint: String?
  }

  /// Understands `all`, `local`, addresses and networks.
  ///
  /// Host names are refused. To compare one, the peer's address would have to be looked up for each
  /// request, which takes as long as the peer's name server likes, and says what its owner likes.
  package init(parsing text: String) throws(Malformed) {
    self.text = text
    switch text.lowercased() {
    case "all": extent = .all
    case "local": extent = .local
    case let name:
      if let malformed = Self.commonMistake(name) { throw malformed }
      extent = .network(try NetworkPrefix(parsing: name))
    }
  }

  package var meansEverybody: Bool { extent == .all }

  package func matches(_ peer: Peer) -> Bool {
    switch extent {
    case .all: true
    case .local: peer.isLocal
    case .network(let network): peer.address.map(network.contains) ?? false
    }
  }

  private static func commonMistake(_ name: String) -> Malformed? {
    if name.isEmpty {
      return Malformed(reason: "it is empty", hint: "Write all, local, an address or a network.")
    }
    if name.contains(where: \.isWhitespace) {
      return Malformed(
        reason: "it has a space in it",
        hint: "Write several as a list: [local, 10.0.0.0/8]."
      )
    }
    if name.contains("%") {
      return Malformed(
        reason: "it names a zone",
        hint: "Write the network alone, such as fe80::/10."
      )
    }
    if name.hasPrefix("[") || name.filter({ $0 == ":" }).count == 1 {
      return Malformed(
        reason: "addresses stand without port and brackets here",
        hint: "Write 127.0.0.1, or ::1 in quotes: \"::1\"."
      )
    }
    if name == "localhost" || name == "unix" {
      return Malformed(
        reason: "this machine is called local here",
        hint: "Write local: it means loopback addresses and Unix sockets."
      )
    }
    // Every letter that is none of an IPv6 address.
    if name.contains(where: { $0.isLetter && (!$0.isHexDigit || !name.contains(":")) }) {
      return Malformed(
        reason: "host names are not looked up, for whoever asks also owns the answer",
        hint: "Write an address or a network, such as 192.168.0.0/16, or all, or local."
      )
    }
    return nil
  }
}

extension AccessRule: Codable {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    do throws(Malformed) {
      try self.init(parsing: text)
    } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: error.reason)
      )
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
