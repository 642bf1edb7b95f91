import Glibc
import SlipwaySystem
import SystemPackage

/// Finds out whether an address can be listened on, by doing so for a moment.
enum ListenProbe {
  enum Outcome {
    case free(isReachableFromOutside: Bool)
    /// The errno of the call that failed.
    case failed(CInt)
  }

  static func outcome(of address: ListenAddress) -> Outcome {
    switch address {
    case .tcp(let host, let port): tcp(host: host, port: port)
    case .unix(let path): unix(path).map(Outcome.failed) ?? .free(isReachableFromOutside: false)
    case .descriptor(let number): descriptor(number)
    }
  }

  private static func tcp(host: String, port: Int) -> Outcome {
    do throws(SystemError) {
      let sockets = try ListeningSocket.tcp(host: host, port: UInt16(clamping: port))
      defer { for socket in sockets { try? socket.close() } }
      return .free(isReachableFromOutside: sockets.contains(where: isReachable))
    } catch {
      return .failed(error.cause?.rawValue ?? EADDRNOTAVAIL)
    }
  }

  private static func isReachable(_ socket: FileDescriptor) -> Bool {
    BoundAddress(of: socket)?.isReachableFromOutside ?? true
  }

  /// A socket that somebody listens on is taken; one that was left behind is not, for the gateway
  /// replaces it.
  private static func unix(_ path: String) -> CInt? {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
      return access(parent.isEmpty ? "/" : parent, W_OK | X_OK) == 0 ? nil : errno
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else { return EEXIST }
    guard let connection = try? ConnectedSocket.unix(path: path) else { return nil }
    try? connection.close()
    return EADDRINUSE
  }

  private static func descriptor(_ number: Int32) -> Outcome {
    var isListening: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    guard getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0 else {
      return .failed(errno)
    }
    guard isListening != 0 else { return .failed(EINVAL) }
    return .free(isReachableFromOutside: isReachable(FileDescriptor(rawValue: number)))
  }
}
