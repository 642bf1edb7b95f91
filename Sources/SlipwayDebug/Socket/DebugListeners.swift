package import SlipwaySystem
package import SystemPackage

/// Where debuggers are awaited if nothing else is asked for.
package enum DebugListeners {
  private static let host = "127.0.0.1"
  private static let port: UInt16 = 4711
  /// How many ports are tried from that one on.
  private static let attempts: UInt16 = 20

  /// Listens at the usual address or, where another process has it, at the next free port;
  /// non-blocking and close-on-exec.
  package static func openUsual() throws(SystemError) -> [FileDescriptor] {
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
