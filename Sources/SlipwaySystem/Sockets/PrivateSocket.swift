import Glibc
package import SystemPackage

/// A Unix-domain socket without a file, between processes of one user: unix(7), "Abstract" and
/// "Autobind feature".
///
/// There is no path that could be too long, be left behind or be in the way. As nothing keeps others
/// from connecting, whoever accepts asks `FileDescriptor.peerIsThisUser`.
package enum PrivateSocket {
  /// Listens under a name that the kernel chooses.
  package static func listen() throws(SystemError) -> FileDescriptor {
    try ListeningSocket(AbstractAddress(name: nil)).release()
  }

  /// The name of a socket that listens, to be handed to who is to connect.
  package static func name(of listener: FileDescriptor) -> String? {
    var address = sockaddr_un()
    var size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let prefix = MemoryLayout<sa_family_t>.size + 1
    let isKnown = unsafe withUnsafeMutableBytes(of: &address) { bytes in
      guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
        return false
      }
      return unsafe getsockname(listener.rawValue, start, &size) == 0
    }
    guard isKnown, CInt(address.sun_family) == AF_UNIX, size > prefix else { return nil }
    return unsafe withUnsafeBytes(of: address) { bytes in
      unsafe String(decoding: bytes[prefix..<Int(size)], as: UTF8.self)
    }
  }

  /// A connection to the socket of that name: non-blocking and close-on-exec. Throws `wouldBlock` if
  /// the listener's backlog is full, what connect(2) says otherwise. Never blocks.
  package static func connect(to name: String) throws(Errno) -> OwnedDescriptor {
    let kind =
      CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
    let number = try Errno.check { socket(AF_UNIX, kind, 0) }
    let connection = OwnedDescriptor(FileDescriptor(rawValue: number))
    _ = try Errno.check {
      unsafe AbstractAddress(name: name)
        .withSockAddr { address, size in
          unsafe Glibc.connect(number, address, size)
        }
    }
    return connection
  }
}

/// The name of a socket in the abstract namespace; nil lets the kernel choose one.
struct AbstractAddress: SocketAddress {
  let name: String?

  var family: CInt { AF_UNIX }
  var description: String { "unix:@\(name ?? "")" }

  func withSockAddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var size = MemoryLayout<sa_family_t>.size
    if let name {
      let limit = MemoryLayout.size(ofValue: address.sun_path) - 1
      let bytes = name.utf8.prefix(limit)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
        // A name begins with a zero, and ends where the address does.
        unsafe UnsafeMutableRawBufferPointer(rebasing: path.dropFirst()).copyBytes(from: bytes)
      }
      size += 1 + bytes.count
    }
    return unsafe withUnsafeBytes(of: address) { bytes in
      guard let start = bytes.baseAddress else { preconditionFailure("it has a size") }
      return unsafe body(start.assumingMemoryBound(to: sockaddr.self), socklen_t(size))
    }
  }
}

extension FileDescriptor {
  /// Whether the other end of a Unix-domain connection was opened by a process of this user: unix(7),
  /// SO_PEERCRED.
  package var peerIsThisUser: Bool {
    // struct ucred, which is declared under _GNU_SOURCE: pid, uid, gid.
    var credentials: (Int32, uid_t, gid_t) = (0, 0, 0)
    var size = socklen_t(MemoryLayout.size(ofValue: credentials))
    let result = unsafe getsockopt(rawValue, SOL_SOCKET, SO_PEERCRED, &credentials, &size)
    return result == 0 && size == 12 && credentials.1 == geteuid()
  }

  /// A pair of connected sockets, close-on-exec: socketpair(2).
  package static func connectedPair() throws(Errno) -> (FileDescriptor, FileDescriptor) {
    var ends: (CInt, CInt) = (-1, -1)
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    _ = try Errno.check {
      unsafe withUnsafeMutablePointer(to: &ends) { pair in
        unsafe pair.withMemoryRebound(to: CInt.self, capacity: 2) { ends in
          unsafe socketpair(AF_UNIX, kind, 0, ends)
        }
      }
    }
    return (FileDescriptor(rawValue: ends.0), FileDescriptor(rawValue: ends.1))
  }

  /// Ends our side of a connection: the peer reads its end. See shutdown(2).
  package func shutDownWriting() {
    _ = shutdown(rawValue, CInt(SHUT_WR))
  }
}
