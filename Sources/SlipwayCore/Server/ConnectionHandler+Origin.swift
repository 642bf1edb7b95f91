import Logging
import NIOCore

// Who the client is, where another process of ours accepted the connection.
extension ConnectionHandler {
  /// Takes the header with which a relayed connection begins. False if that takes more bytes, or the
  /// connection is over.
  func takeOrigin() -> Bool {
    guard case .announced = origin else { return true }
    switch ProxyHeader.parse(input.readableBytesView) {
    case .incomplete:
      if isInputClosed { context?.close(promise: nil) }
      return false
    case .invalid:
      gateway.logger.error(
        "A relayed connection does not begin as it has to, and is closed",
        metadata: ["code": "SW144"]
      )
      context?.close(promise: nil)
      return false
    case .complete(let origin, let byteCount):
      input.moveReaderIndex(forwardBy: byteCount)
      self.origin = origin
      return true
    }
  }

  func findClientAddress() -> SocketAddress? {
    guard case .client(let client) = origin else { return context?.remoteAddress }
    return client.host.flatMap { try? SocketAddress(ipAddress: $0, port: Int(client.port)) }
  }

  /// The client as access rules see it. The socket of a relayed connection says nothing of where its
  /// client is, least of all that it is on this machine.
  var peer: Peer {
    if case .client = origin { return Peer(remote: clientAddress, local: nil) }
    return Peer(remote: clientAddress, local: context?.localAddress)
  }

  /// `http` or `https`.
  var scheme: String {
    if case .client(let client) = origin, client.isEncrypted { "https" } else { "http" }
  }
}
