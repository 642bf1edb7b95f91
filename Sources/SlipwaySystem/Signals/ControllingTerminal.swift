import Glibc

/// The terminal whose session this process belongs to: what hangs up when its window is closed.
package enum ControllingTerminal {
  /// Whether there is one. After a hangup there is none any more. See tty(4).
  package static var exists: Bool {
    let descriptor = unsafe open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }
}
