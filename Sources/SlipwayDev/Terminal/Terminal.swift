import Glibc
import Synchronization
import SystemPackage

/// The terminal on standard input: whose it is, how it was set, and how it is set back.
///
/// The settings belong to the terminal, not to the process: whoever changes them must put them back
/// on every way out. `exit` does so by itself. Before `execve`, `KeyReader.stop()` does; a crash
/// cannot, so the settings travel in the handoff (`saved`), and the next generation adopts them
/// before it reads keys of its own. See termios(3), tty_ioctl(4).
package enum Terminal {
  private struct Modes {
    /// As they were before the first change by any generation of this process.
    var original: termios?
    var isChanged = false
    var restoresAtExit = false
  }

  private static let modes = Mutex(Modes())

  // MARK: - Settings

  /// The settings that the terminal had before the first change, for the next generation; nil if
  /// nothing has been changed. Opaque bytes, meaningful on this machine only.
  package static var saved: [UInt8]? {
    modes.withLock { modes in
      guard modes.isChanged, var original = modes.original else { return nil }
      return withUnsafeBytes(of: &original) { Array($0) }
    }
  }

  /// Takes over what the generation before saved, in place of what the terminal says now. Call it
  /// before `KeyReader.start()`. Bytes that cannot be settings are ignored.
  package static func adopt(saved: [UInt8]?) {
    guard let saved, saved.count == MemoryLayout<termios>.size else { return }
    modes.withLock { modes in
      modes.original = saved.withUnsafeBytes { $0.loadUnaligned(as: termios.self) }
      // That generation may have had no time to put them back.
      modes.isChanged = true
    }
  }

  /// Puts the settings back. Does nothing if they were not changed, or if the terminal belongs to
  /// another process group now: then the shell has put back its own. Any thread.
  package static func restore() {
    modes.withLock { modes in
      guard modes.isChanged, var original = modes.original, isForeground else { return }
      if withoutStopping({ tcsetattr(STDIN_FILENO, TCSANOW, &original) }) == 0 {
        modes.isChanged = false
      }
    }
  }

  /// Lets single keys through, unechoed, while Ctrl-C and Ctrl-Z keep their meaning and output is
  /// untouched. Returns whether it could be done.
  static func enterKeyMode() -> Bool {
    modes.withLock { modes in
      guard isForeground else { return false }
      if modes.original == nil || !modes.isChanged {
        var current = termios()
        guard tcgetattr(STDIN_FILENO, &current) == 0 else { return false }
        modes.original = current
      }
      guard var wanted = modes.original else { return false }
      wanted.c_lflag &= ~tcflag_t(ICANON | ECHO)
      wanted.c_lflag |= tcflag_t(ISIG)
      wanted.setReadsToReturnAtOnce()
      modes.isChanged = true
      if !modes.restoresAtExit {
        modes.restoresAtExit = true
        atexit { Terminal.restore() }
      }
      return withoutStopping { tcsetattr(STDIN_FILENO, TCSANOW, &wanted) } == 0
    }
  }

  // MARK: - Facts

  /// Whether standard input is a terminal and this process group may read from it. `slipway &` may
  /// not: a read would stop it (SIGTTIN).
  static var isForeground: Bool {
    let group = tcgetpgrp(STDIN_FILENO)
    return group > 0 && group == getpgrp()
  }

  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

  /// Whether the descriptor is a terminal that understands escape sequences.
  static func takesEscapes(_ descriptor: FileDescriptor, environment: [String: String]) -> Bool {
    let kind = environment["TERM", default: "dumb"]
    return isatty(descriptor.rawValue) == 1 && kind != "dumb" && !kind.isEmpty
  }

  /// Whether to write colours to the descriptor. NO_COLOR says no, with any value but an empty one
  /// (https://no-color.org).
  static func isInColour(
    _ descriptor: FileDescriptor,
    environment: [String: String]
  ) -> Bool {
    takesEscapes(descriptor, environment: environment)
      && environment["NO_COLOR", default: ""].isEmpty
  }

  /// Whether to write colours to standard output.
  package static func isOutputInColour(environment: [String: String]) -> Bool {
    isInColour(.standardOutput, environment: environment)
  }

  /// The columns of the terminal; nil if it does not say.
  static func width(of descriptor: FileDescriptor) -> Int? {
    var size = winsize()
    guard ioctl(descriptor.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Runs `body` while SIGTTOU is blocked in this thread: between the look at the process group and
  /// the change of the settings the shell may have taken the terminal.
  private static func withoutStopping<Result>(_ body: () -> Result) -> Result {
    var blocked = sigset_t()
    var before = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGTTOU)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
  }
}

extension termios {
  /// MIN 0 and TIME 0: a read returns what there is, perhaps nothing, and never waits.
  fileprivate mutating func setReadsToReturnAtOnce() {
    withUnsafeMutableBytes(of: &c_cc) { controls in
      controls[Int(VMIN)] = 0
      controls[Int(VTIME)] = 0
    }
  }
}
