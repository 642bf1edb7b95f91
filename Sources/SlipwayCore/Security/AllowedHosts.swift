import SlipwaySystem

/// The hosts that the gateway answers for.
///
/// A browser lets every page talk to the host that the page came from. So whoever owns a domain can
/// have a page loaded from it, point the name at 127.0.0.1 and read what this server says to that
/// page (DNS rebinding). What he cannot do is have the browser send another Host field than the name
/// of his domain: hence a server that answers for names it knows, and for no other, is out of reach.
///
/// Always answered for are `localhost` and what ends in `.localhost`, which no foreign resolver is
/// asked about (RFC 6761), and literal addresses, which are not resolved at all. The port does not
/// matter: containers and tunnels change it, and it is not what the attack needs.
package struct AllowedHosts: Sendable, Equatable {
  /// Every host.
  package static let all = AllowedHosts([.all])

  /// Whether the check is off.
  package let admitsAll: Bool

  private let names: Set<String>
  /// With a dot in front.
  private let suffixes: [String]

  /// - Parameter patterns: What is answered for beside this machine's own names and addresses.
  package init(_ patterns: [HostPattern] = []) {
    var admitsAll = false
    var names: Set<String> = []
    var suffixes: [String] = []
    for pattern in patterns {
      switch pattern {
      case .all: admitsAll = true
      case .host(let name): names.insert(name)
      case .domain(let name):
        names.insert(name)
        suffixes.append("." + name)
      }
    }
    self.admitsAll = admitsAll
    self.names = names
    self.suffixes = suffixes
  }

  package func admits(_ authority: Authority) -> Bool {
    switch authority.host {
    case .address: true
    case .name(let name):
      admitsAll || name.isLocalhostName || names.contains(name)
        || suffixes.contains { name.hasSuffix($0) }
    }
  }
}
