/// What the server orders from the process that speaks TLS for it: one line of JSON, the first on the
/// descriptor that they share.
package struct FrontOrder: Sendable, Equatable, Codable {
  /// Which certificate to show.
  package enum Certificate: Sendable, Equatable, Codable {
    /// The user's: PEM files, the certificate's with the whole chain.
    case files(certificate: String, key: String)

    /// One that is made for the project and kept in `directory`.
    case project(directory: String)
  }

  package var certificate: Certificate

  /// The name of the socket to which connections are relayed: see `PrivateSocket`.
  package var backend: String

  /// Bytes of the head of an HTTP/2 request.
  package var headLimit: Int

  /// Connections of clients at a time; further ones wait in the backlog.
  package var connectionLimit: Int

  /// How many listening sockets there are, from descriptor 4 up.
  package var listenerCount: Int

  package init(
    certificate: Certificate,
    backend: String,
    headLimit: Int,
    connectionLimit: Int,
    listenerCount: Int
  ) {
    self.certificate = certificate
    self.backend = backend
    self.headLimit = headLimit
    self.connectionLimit = connectionLimit
    self.listenerCount = listenerCount
  }

  /// The descriptor in the front's process through which orders and reports go. When the server's
  /// end is closed, the front ends.
  package static let control: Int32 = 3
}
