import SlipwayCore

extension DevConfiguration {
  /// Whether the check of hosts is off.
  var answersEveryHost: Bool { allowedHosts.contains(.all) }

  /// The hosts that are answered for: those that are allowed, and the names that are listened on.
  var answeredHosts: [HostPattern] {
    allowedHosts
      + listen.compactMap { address in
        guard case .tcp(let host, _) = address, case .name(let name)? = Authority(host)?.host
        else { return nil }
        return .host(name)
      }
  }
}
