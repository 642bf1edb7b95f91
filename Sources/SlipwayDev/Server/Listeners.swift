import Glibc
package import SlipwaySystem
package import SystemPackage

/// The listening sockets of a generation: inherited where the one before it had them, opened where
/// they are new.
package struct Listeners: Sendable {
  package private(set) var open: [HandoffState.Listener] = []

  /// Whether those of TCP speak HTTPS.
  private let usesTLS: Bool

  /// What could not be listened on, although something else could.
  package private(set) var problems: [any ReportableError] = []

  /// Where other machines can reach the server from now on and could not before this.
  package private(set) var newlyReachable: [BoundAddress] = []

  /// - Throws: the first error, if there is nothing at all to listen on.
  package init(
    _ addresses: [ListenAddress],
    inherited: [HandoffState.Listener],
    usesTLS: Bool = false
  ) throws {
    self.usesTLS = usesTLS
    for address in addresses {
      let kept = inherited.filter { $0.address == address }
      if !kept.isEmpty {
        open += kept
        continue
      }
      do throws(SystemError) {
        open += try Self.listen(on: address)
          .map {
            HandoffState.Listener(address: address, descriptor: $0.rawValue)
          }
      } catch {
        // Of an address that somebody has, the environment says who that is; or what is in its place.
        problems.append(
          error.code == .addressInUse
            ? EnvironmentError.cannotListen(
              on: address,
              errno: error.cause?.rawValue ?? EADDRINUSE
            ) : error
        )
      }
    }
    if open.isEmpty {
      // A port that is open stays open, whatever the new configuration asks for in vain.
      guard !inherited.isEmpty else { throw problems[0] }
      open = inherited
    }
    for listener in inherited where !open.contains(where: { $0.descriptor == listener.descriptor })
    {
      try? FileDescriptor(rawValue: listener.descriptor).close()
      // A socket file that nobody listens on would only be in the way.
      if case .unix(let path) = listener.address { unlink(path) }
    }
    let known = Set(inherited.map(\.descriptor))
    newlyReachable = open.filter { !known.contains($0.descriptor) }.compactMap(\.boundAddress)
      .filter(\.isReachableFromOutside)
    for listener in open { FileDescriptor(rawValue: listener.descriptor).setClosedOnExec(true) }
  }

  /// Where people reach the server.
  package var urls: [String] {
    var urls: [String] = []
    for listener in open {
      guard let address = listener.boundAddress else { continue }
      var url = address.url(askedFor: listener.address)
      if usesTLS, case .tcp = address { url = "https" + url.dropFirst("http".count) }
      // One name may mean several addresses.
      if !urls.contains(url) { urls.append(url) }
    }
    return urls
  }

  /// Whether another machine can open a connection. Where one can, whatever could run code of the
  /// caller's, such as the debug socket and consoles, is off unless it has been asked for by name.
  package var isReachableFromOutside: Bool {
    open.contains { $0.boundAddress?.isReachableFromOutside ?? true }
  }

  /// Those that HTTPS is spoken on.
  package var secure: [FileDescriptor] { descriptors.filter(isSecure) }

  /// Those that plain HTTP is spoken on.
  package var plain: [FileDescriptor] { descriptors.filter { !isSecure($0) } }

  private var descriptors: [FileDescriptor] {
    open.map { FileDescriptor(rawValue: $0.descriptor) }
  }

  private func isSecure(_ descriptor: FileDescriptor) -> Bool {
    guard usesTLS, case .tcp? = BoundAddress(of: descriptor) else { return false }
    return true
  }

  /// Removes the socket files, at the end of the process.
  package func removeSocketFiles() {
    for case .unix(let path) in open.map(\.address) { unlink(path) }
  }

  static func listen(on address: ListenAddress) throws(SystemError) -> [FileDescriptor] {
    switch address {
    case .tcp(let host, let port):
      return try ListeningSocket.tcp(host: host, port: UInt16(clamping: port))
    case .unix(let path):
      return [try ListeningSocket.unix(path: path)]
    case .descriptor(let number):
      return [try ListeningSocket(inheriting: FileDescriptor(rawValue: number)).release()]
    }
  }
}

extension HandoffState.Listener {
  fileprivate var boundAddress: BoundAddress? {
    BoundAddress(of: FileDescriptor(rawValue: descriptor))
  }
}

extension BoundAddress {
  /// As the configuration would spell it.
  package var place: String {
    switch self {
    case .tcp(let host, let port): ListenAddress.tcp(host: host, port: Int(port)).description
    case .unix(let path): ListenAddress.unix(path: path).description
    }
  }

  /// Whoever asks for `localhost` is told of `localhost`: the address behind it is the browser's
  /// choice.
  fileprivate func url(askedFor address: ListenAddress) -> String {
    guard case .tcp(let host, _) = address, host.isLocalhostName, case .tcp(_, let port) = self
    else { return url }
    return "http://\(host):\(port)"
  }
}
