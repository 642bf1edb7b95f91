import Glibc
import SystemPackage

/// An address that a socket can be bound to. See bind(2).
protocol SocketAddress: CustomStringConvertible {
  var family: CInt { get }
  func withSockAddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R
}

/// An IPv4 or IPv6 address and port.
struct InternetAddress: SocketAddress {
  private var storage: sockaddr_storage
  private let size: socklen_t
  private let host: String
  private var port: UInt16

  var family: CInt { CInt(storage.ss_family) }

  var description: String { family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Everything that `host`, a numeric address or a name, means on this machine.
  static func resolve(host: String) throws(SystemError) -> [InternetAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    let result = unsafe getaddrinfo(host, nil, &hints, &list)
    guard result == 0 else {
      throw .unknownHost(host, reason: unsafe String(cString: gai_strerror(result)))
    }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [InternetAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      unsafe addresses.append(InternetAddress(entry.pointee))
      unsafe next = entry.pointee.ai_next
    }
    return addresses
  }

  private init(_ entry: addrinfo) {
    storage = sockaddr_storage()
    size = unsafe entry.ai_addrlen
    port = 0
    unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      let source = unsafe UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
      unsafe bytes.copyMemory(from: source)
    }
    var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let count = socklen_t(name.count)
    unsafe _ = getnameinfo(entry.ai_addr, size, &name, count, nil, 0, NI_NUMERICHOST)
    host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The same address with another port.
  func with(port: UInt16) -> InternetAddress {
    var copy = self
    copy.port = port
    unsafe withUnsafeMutableBytes(of: &copy.storage) { bytes in
      // The port follows the family in both layouts, in network byte order: ip(7), ipv6(7).
      unsafe bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
    }
    return copy
  }

  func withSockAddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    unsafe withUnsafeBytes(of: storage) { bytes in
      guard let start = bytes.baseAddress else { preconditionFailure("it has a size") }
      return unsafe body(start.assumingMemoryBound(to: sockaddr.self), size)
    }
  }
}

/// The path of a Unix-domain socket. See unix(7).
struct UnixAddress: SocketAddress {
  private static let limit = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  private let path: String

  var family: CInt { AF_UNIX }
  var description: String { "unix:\(path)" }

  init(path: String) throws(SystemError) {
    guard path.utf8.count <= Self.limit else { throw .pathTooLong(path, limit: Self.limit) }
    self.path = path
  }

  enum Occupant {
    case nothing, socketInUse, abandonedSocket, somethingElse
  }

  /// What has the path already. Connecting alone does not tell: it is refused by any file.
  var whatIsThere: Occupant {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return .nothing }
    guard status.st_mode & S_IFMT == S_IFSOCK else { return .somethingElse }
    let probe = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard probe >= 0 else { return .socketInUse }
    defer { close(probe) }
    let result = unsafe withSockAddr { address, count in unsafe connect(probe, address, count) }
    return result == -1 && Errno.last == .connectionRefused ? .abandonedSocket : .socketInUse
  }

  func withSockAddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
      unsafe bytes.copyBytes(from: path.utf8.prefix(Self.limit))
    }
    return unsafe withUnsafeBytes(of: address) { bytes in
      guard let start = bytes.baseAddress else { preconditionFailure("it has a size") }
      return unsafe body(start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
  }
}
