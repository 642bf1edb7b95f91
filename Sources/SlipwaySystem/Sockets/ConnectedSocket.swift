import Glibc
package import SystemPackage

/// The client's end of a connection to this machine; it blocks, and is close-on-exec.
package enum ConnectedSocket {
  /// Connects to the first address of a host that takes the connection.
  package static func tcp(host: String, port: UInt16) throws(SystemError) -> FileDescriptor {
    var last = Errno.connectionRefused
    for address in try InternetAddress.resolve(host: host) {
      do throws(Errno) {
        return try connect(to: address.with(port: port))
      } catch {
        last = error
      }
    }
    throw .call("connect", failedWith: last)
  }

  package static func unix(path: String) throws(SystemError) -> FileDescriptor {
    let address = try UnixAddress(path: path)
    do throws(Errno) {
      return try connect(to: address)
    } catch {
      throw .call("connect", failedWith: error)
    }
  }

  private static func connect(to address: some SocketAddress) throws(Errno) -> FileDescriptor {
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let number = try Errno.check { socket(address.family, kind, 0) }
    let connection = OwnedDescriptor(FileDescriptor(rawValue: number))
    _ = try Errno.check { unsafe address.withSockAddr { unsafe Glibc.connect(number, $0, $1) } }
    return connection.release()
  }
}
