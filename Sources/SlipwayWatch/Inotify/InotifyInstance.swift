import CInotifyTools
import Glibc

/// The scarcest thing of inotify: instances, of which a user has 128 where nothing says otherwise.
package enum InotifyInstance {
  /// Whether one more can be had now. See inotify_init1(2).
  package static var isAvailable: Bool {
    let probe = inotify_init1(Int32(O_CLOEXEC))
    guard probe >= 0 else { return false }
    close(probe)
    return true
  }
}
