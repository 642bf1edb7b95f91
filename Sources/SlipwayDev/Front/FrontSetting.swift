import Glibc
import SlipwayCore
import SlipwaySystem
import SystemPackage

/// How `slipway-tls` is to be started.
struct FrontSetting: Sendable {
  var executable: String
  var certificate: FrontOrder.Certificate
  /// Bytes of a request head.
  var headLimit: Int
  /// Connections of clients at a time.
  var connectionLimit: Int
  /// Where clients connect; open for as long as the server lives.
  var listeners: [FileDescriptor]

  /// nil if HTTPS is not wanted, or there is nowhere to speak it.
  init?(_ configuration: DevConfiguration, _ listeners: Listeners) {
    guard configuration.usesTLS, !listeners.secure.isEmpty else { return nil }
    executable = Self.executable
    certificate = configuration.certificate
    headLimit = configuration.limits.head
    connectionLimit = configuration.limits.connections
    self.listeners = listeners.secure
  }

  /// The program beside this one.
  static var executable: String {
    FilePath(ProcessImage.current.path).removingLastComponent().appending("slipway-tls").string
  }

  func order(backend: FileDescriptor) -> FrontOrder {
    FrontOrder(
      certificate: certificate,
      backend: PrivateSocket.name(of: backend) ?? "",
      headLimit: headLimit,
      connectionLimit: connectionLimit,
      listenerCount: listeners.count
    )
  }

  func checkExecutable() throws(FrontError) {
    guard access(executable, X_OK) == 0 else { throw .notInstalled(at: executable) }
  }
}

extension DevConfiguration {
  /// Which certificate HTTPS is to be spoken with.
  var certificate: FrontOrder.Certificate {
    guard let tlsCertificate else { return .project(directory: directory + "/.slipway/tls") }
    return .files(certificate: tlsCertificate, key: tlsKey ?? tlsCertificate)
  }
}
