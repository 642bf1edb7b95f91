import SlipwaySystem
import SystemPackage

/// Where an embedded server listens, as the program wrote it.
enum EmbeddedAddress {
  /// `host` is without brackets.
  case tcp(host: String, port: UInt16)
  case unix(path: String)

  /// - Throws: ``ServerError``, if the text means nothing.
  init(_ text: String) throws {
    if text.hasPrefix("unix:") {
      self = .unix(path: String(text.dropFirst(5)))
      return
    }
    guard let port = Authority(text)?.port, let colon = text.lastIndex(of: ":") else {
      throw ServerError.notAnAddress(text)
    }
    let host = text[..<colon]
    let isBracketed = host.hasPrefix("[")
    self = .tcp(host: String(isBracketed ? host.dropFirst().dropLast() : host), port: port)
  }

  func open() throws(SystemError) -> [FileDescriptor] {
    switch self {
    case .tcp(let host, let port): try ListeningSocket.tcp(host: host, port: port)
    case .unix(let path): [try ListeningSocket.unix(path: path)]
    }
  }

  /// The name that it listens on, to be answered for.
  var hostPattern: HostPattern? {
    guard case .tcp(let host, _) = self, case .name(let name)? = Authority(host)?.host else {
      return nil
    }
    return .host(name)
  }
}
