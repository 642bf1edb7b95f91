import Glibc
package import SystemPackage

/// A bound socket that listens, non-blocking and close-on-exec.
package struct ListeningSocket: ~Copyable, Sendable {
  /// Connections the kernel keeps for us while nobody accepts: over a restart, above all.
  private static let backlog: CInt = 4096

  private let socket: OwnedDescriptor

  /// Where it listens, with the port that the system chose if it was asked to.
  package let address: BoundAddress

  package var descriptor: FileDescriptor { socket.descriptor }

  /// Gives the descriptor away.
  package consuming func release() -> FileDescriptor { socket.release() }

  /// How many ports are tried where the system chooses one and each address is to have it.
  private static let attempts = 16

  /// Listens on every address that `host` means and this machine has; a name may mean several, and
  /// one of IPv6 where there is none.
  ///
  /// Port 0 lets the system choose: the same port for each of them. `localhost` and what ends in
  /// `.localhost` are 127.0.0.1 and ::1 whatever the resolver says (RFC 6761, section 6.3), for
  /// browsers try the latter first, and take whoever answers there.
  package static func tcp(host: String, port: UInt16) throws(SystemError) -> [FileDescriptor] {
    try tcp(hosts: host.isLocalhostName ? ["127.0.0.1", "::1"] : [host], port: port)
  }

  /// Listens on every address that one of `hosts` means and this machine has, all on one port.
  package static func tcp(hosts: [String], port: UInt16) throws(SystemError) -> [FileDescriptor] {
    var candidates: [InternetAddress] = []
    for host in hosts { candidates += try InternetAddress.resolve(host: host) }
    // A port that was free at the first address may be somebody's at the next.
    for _ in 1..<attempts where port == 0 {
      do throws(SystemError) {
        return try listen(on: candidates, port: port)
      } catch {
        guard error.code == .addressInUse else { throw error }
      }
    }
    return try listen(on: candidates, port: port)
  }

  /// All of them or none, but for those that this machine does not have.
  private static func listen(
    on candidates: [InternetAddress],
    port: UInt16
  ) throws(SystemError) -> [FileDescriptor] {
    var listening: [FileDescriptor] = []
    var port = port
    var missing: SystemError?
    for candidate in candidates {
      do throws(SystemError) {
        let socket = try ListeningSocket(candidate.with(port: port))
        if case .tcp(_, let chosen) = socket.address { port = chosen }
        listening.append(socket.release())
      } catch {
        guard error.code != .addressUnavailable else {
          missing = error
          continue
        }
        for descriptor in listening { try? descriptor.close() }
        throw error
      }
    }
    if listening.isEmpty, let missing { throw missing }
    return listening
  }

  /// Listens on a socket file, which only its owner may use. One that nobody listens on any more is
  /// replaced; any other file is left alone.
  package static func unix(path: String) throws(SystemError) -> FileDescriptor {
    let address = try UnixAddress(path: path)
    switch address.whatIsThere {
    case .nothing, .socketInUse: break
    case .abandonedSocket: unsafe _ = unlink(path)
    case .somethingElse: throw .fileInTheWay(path)
    }
    return try ListeningSocket(address).release()
  }

  /// Takes over a socket that somebody else has bound: a service manager, or the previous
  /// generation.
  package init(inheriting descriptor: FileDescriptor) throws(SystemError) {
    var isListening: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    do {
      _ = try Errno.check {
        unsafe getsockopt(descriptor.rawValue, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size)
      }
    } catch {
      throw .notListening(descriptor.rawValue, cause: error)
    }
    guard isListening != 0, let address = BoundAddress(of: descriptor) else {
      throw .notListening(descriptor.rawValue, cause: nil)
    }
    socket = OwnedDescriptor(descriptor)
    self.address = address
    descriptor.setClosedOnExec(true)
    _ = fcntl(descriptor.rawValue, F_SETFL, fcntl(descriptor.rawValue, F_GETFL) | O_NONBLOCK)
  }

  init(_ candidate: some SocketAddress) throws(SystemError) {
    let kind =
      CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
    let number: CInt
    do {
      number = try Errno.check { Glibc.socket(candidate.family, kind, 0) }
    } catch {
      throw .listening(on: candidate.description, failedWith: error)
    }
    let owned = OwnedDescriptor(FileDescriptor(rawValue: number))
    var yes: CInt = 1
    let size = socklen_t(MemoryLayout<CInt>.size)
    // A port that this process, or one before it, has just left may be taken at once.
    unsafe _ = setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    if candidate.family == AF_INET6 {
      unsafe _ = setsockopt(number, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size)
    }
    // Only its owner may use a socket file. Linux gives it the mode of the socket that is bound, so
    // there is no instant at which others may; without effect on other sockets.
    _ = fchmod(number, 0o600)
    do {
      _ = try Errno.check {
        unsafe candidate.withSockAddr { address, count in unsafe bind(number, address, count) }
      }
      _ = try Errno.check { Glibc.listen(number, Self.backlog) }
    } catch {
      throw .listening(on: candidate.description, failedWith: error)
    }
    address = BoundAddress(of: owned.descriptor) ?? .unix(path: candidate.description)
    socket = owned
  }
}
