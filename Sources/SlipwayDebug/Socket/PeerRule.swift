import Glibc
import SlipwaySystem
import SystemPackage

/// Who may connect: a debugger can do whatever the user of this process can, and its protocols know
/// no passwords.
enum PeerRule {
  /// Whether a connection comes from a process of the same user, or from another machine where the
  /// socket was opened to others on purpose.
  static func admits(_ connection: FileDescriptor) -> Bool {
    switch BoundAddress(of: connection) {
    case .unix:
      return connection.peerIsThisUser
    case .tcp:
      guard let user = connection.userOfPeer else { return isFromElsewhere(connection) }
      return user == geteuid()
    case nil:
      return false
    }
  }

  /// Of a peer on another machine nobody knows the user. One on this machine that is listed no more
  /// is not let in.
  private static func isFromElsewhere(_ connection: FileDescriptor) -> Bool {
    guard
      case .tcp(let ourHost, _)? = BoundAddress(of: connection),
      case .tcp(let peerHost, _)? = BoundAddress(ofPeer: connection),
      let our = IPAddress(ourHost), let peer = IPAddress(peerHost)
    else { return false }
    return !our.isLoopback && !peer.isLoopback && our != peer
  }
}
