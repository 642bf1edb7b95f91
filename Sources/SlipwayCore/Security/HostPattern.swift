/// One entry of `allowed-hosts`: which further hosts the server answers for.
package enum HostPattern: Sendable, Hashable, Codable {
  /// Every host: the check is off.
  case all
  /// The host itself; in normal form.
  case host(String)
  /// The domain itself and every name below it; in normal form, without a dot in front.
  case domain(String)

  /// Understands `all`, `*`, `example.test`, `.example.test` and, in the same sense as that,
  /// `*.example.test`. nil for anything else, such as a port or a URL.
  package init?(_ text: String) {
    if text == "all" || text == "*" {
      self = .all
      return
    }
    let dots = text.hasPrefix("*.") ? 2 : text.hasPrefix(".") ? 1 : 0
    switch Authority.Host(Substring(text.dropFirst(dots)).utf8) {
    case .name(let name): self = dots > 0 ? .domain(name) : .host(name)
    case .address where dots == 0: self = .host(text)
    case .address, nil: return nil
    }
  }
}

extension HostPattern: CustomStringConvertible {
  /// As the configuration spells it.
  package var description: String {
    switch self {
    case .all: "all"
    case .host(let name): name
    case .domain(let name): ".\(name)"
    }
  }
}
