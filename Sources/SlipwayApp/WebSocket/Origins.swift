extension WebSocket {
  /// Which pages may open a WebSocket.
  ///
  /// A browser lets every page of every site open a WebSocket here, with this site's cookies; all it
  /// does is to say which page it was (RFC 6455, section 10.2). Programs that are no browsers say
  /// nothing, and are always let in.
  public struct Origins: Sendable {
    private enum Rule {
      case own
      case any
      case listed([String])
    }

    private let rule: Rule

    /// Pages of the site itself: see ``Request/isFromOwnOrigin``.
    public static let own = Origins(rule: .own)

    /// Pages of every site: for what is the same for everybody, or is protected otherwise.
    public static let any = Origins(rule: .any)

    /// Pages of the site itself, and of these origins, such as `https://example.org`.
    public static func listed(_ origins: [String]) -> Origins {
      Origins(rule: .listed(origins))
    }

    func allow(_ request: Request) -> Bool {
      switch rule {
      case .own: return request.isFromOwnOrigin
      case .any: return true
      case .listed(let origins):
        if request.isFromOwnOrigin { return true }
        guard let origin = request.headerFields[.origin]?.lowercased() else { return false }
        return origins.contains { $0.lowercased() == origin }
      }
    }
  }
}
