import Glibc
import Synchronization
import SystemPackage

/// The line that tools wait for: printed once on standard output, when everything that is served
/// has an answer for the first time.
final class Announcement: Sendable {
  private let isMade: Mutex<Bool>
  private let output: FileDescriptor

  /// - Parameters:
  ///   - isMade: whether a previous generation has printed the line.
  ///   - output: where standard output goes.
  init(isMade: Bool, on output: FileDescriptor) {
    self.output = output
    self.isMade = Mutex(isMade)
  }

  var wasMade: Bool { isMade.withLock { $0 } }

  /// Prints the line unless it has been printed. Returns whether it was.
  func make(urls: [String], generation: Int) -> Bool {
    let isFirst = isMade.withLock { isMade in
      defer { isMade = true }
      return !isMade
    }
    guard isFirst else { return false }
    let list = urls.joined(separator: " and ")
    let line = "Slipway listening on \(list) (pid \(getpid()), generation \(generation))\n"
    // Whoever was to read it may be gone: then nobody waits for it any more.
    _ = try? output.writeAll(line.utf8)
    return true
  }
}
