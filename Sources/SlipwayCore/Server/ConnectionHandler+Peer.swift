import NIOCore

// Who is at the other end: the one place that knows.
extension ConnectionHandler {
  /// nil if the connection is no more.
  var peerAddress: SocketAddress? { context?.remoteAddress }

  /// The other end as access rules see it.
  var peer: Peer { Peer(remote: peerAddress, local: context?.localAddress) }
}
