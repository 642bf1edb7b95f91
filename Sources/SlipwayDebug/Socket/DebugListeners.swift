package import SlipwaySystem
package import SystemPackage

/// Where the debug socket listens.
package enum DebugAddress: Sendable, Hashable, Codable {
  case tcp(host: String, port: UInt16)
  case unix(path: String)

  /// Where debuggers are awaited if nothing else is asked for.
  package static let usual = DebugAddress.tcp(host: "127.0.0.1", port: 4711)
}

package enum DebugListeners {
  /// How many ports are tried from the usual one on.
  private static let attempts: UInt16 = 20

  /// Listens where the user asked to; non-blocking and close-on-exec.
  package static func open(at address: DebugAddress) throws(SystemError) -> [FileDescriptor] {
    switch address {
    case .tcp(let host, let port): try ListeningSocket.tcp(host: host, port: port)
    case .unix(let path): [try ListeningSocket.unix(path: path)]
    }
  }

  /// Listens at the usual address or, where another process has it, at the next free port.
  package static func openUsual() throws(SystemError) -> [FileDescriptor] {
    guard case .tcp(let host, let port) = DebugAddress.usual else { return [] }
    for offset in 0..<attempts {
      do throws(SystemError) {
        return try ListeningSocket.tcp(host: host, port: port + offset)
      } catch {
        guard error.code == .addressInUse else { throw error }
      }
    }
    return try ListeningSocket.tcp(host: host, port: 0)
  }
}
