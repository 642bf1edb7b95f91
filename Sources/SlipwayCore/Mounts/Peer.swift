package import NIOCore
package import SlipwaySystem

/// Who is at the other end of a connection, as access rules see it.
package struct Peer: Sendable {
  /// nil for a process that is connected by a Unix socket, and if the kernel does not tell.
  package let address: IPAddress?

  /// Whether it is a process of this machine: connected by a Unix socket, from a loopback address,
  /// or from the very address that it is connected to.
  package let isLocal: Bool

  private let remote: SocketAddress?

  /// - Parameters:
  ///   - remote: The other end's address.
  ///   - local: The address that it is connected to.
  package init(remote: SocketAddress?, local: SocketAddress?) {
    self.remote = remote
    address = remote.flatMap(IPAddress.init)
    if let address {
      isLocal = address.isLoopback || address == local.flatMap(IPAddress.init)
    } else if case .unixDomainSocket? = remote ?? local {
      isLocal = true
    } else {
      isLocal = false
    }
  }

  /// The other end as people write it.
  var name: String {
    guard let text = remote?.ipAddress else { return isLocal ? "clients of a Unix socket" : "you" }
    if case .v4? = address, let colon = text.lastIndex(of: ":") {
      return String(text[text.index(after: colon)...])
    }
    return text
  }
}
