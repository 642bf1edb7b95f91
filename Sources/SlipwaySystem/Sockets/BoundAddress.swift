import Glibc
package import SystemPackage

/// Where a socket listens, or an end of a connection is, as the kernel says. See getsockname(2).
package enum BoundAddress: Sendable, Hashable {
  /// `host` is numeric.
  case tcp(host: String, port: UInt16)
  case unix(path: String)

  /// The address of a bound socket; nil if it is of another family.
  package init?(of descriptor: FileDescriptor) {
    unsafe self.init { unsafe getsockname(descriptor.rawValue, $0, $1) }
  }

  /// The address of the other end of a connection: getpeername(2).
  package init?(ofPeer descriptor: FileDescriptor) {
    unsafe self.init { unsafe getpeername(descriptor.rawValue, $0, $1) }
  }

  private init?(_ ask: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt) {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let found: BoundAddress? = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      guard
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        unsafe ask(start, &size) == 0
      else { return nil }
      switch CInt(unsafe start.pointee.sa_family) {
      case AF_INET, AF_INET6:
        return unsafe Self.internet(start, size)
      case AF_UNIX:
        let path = unsafe bytes.dropFirst(MemoryLayout<sa_family_t>.size).prefix { $0 != 0 }
        return .unix(path: unsafe String(decoding: path, as: UTF8.self))
      default:
        return nil
      }
    }
    guard let found else { return nil }
    self = found
  }

  /// The URL under which a person reaches it; a socket file has none but its path.
  package var url: String {
    switch self {
    case .tcp("0.0.0.0", let port): "http://127.0.0.1:\(port)"
    case .tcp("::", let port): "http://[::1]:\(port)"
    case .tcp(let host, let port) where host.contains(":"): "http://[\(host)]:\(port)"
    case .tcp(let host, let port): "http://\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// Whether other machines can open a connection to it. An address that is not understood counts
  /// as one that they can reach.
  package var isReachableFromOutside: Bool {
    switch self {
    case .tcp(let host, _): IPAddress(host)?.isLoopback != true
    case .unix: false
    }
  }

  private static func internet(_ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> Self? {
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    let flags = NI_NUMERICHOST | NI_NUMERICSERV
    let result = unsafe getnameinfo(
      address,
      size,
      &host,
      socklen_t(host.count),
      &port,
      socklen_t(port.count),
      flags
    )
    guard result == 0, let number = UInt16(text(port)) else { return nil }
    return .tcp(host: text(host), port: number)
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
