import Glibc
import SlipwayDev
import Synchronization
import Testing

/// Keys on a real terminal: each test is a process of its own, which leads a session on a
/// pseudo-terminal.
@Suite(.timeLimit(.minutes(5)))
struct KeyReaderTests {
  @Test func readsKeysAndSetsTheTerminalBack() async {
    await #expect(processExitsWith: .success) {
      guard let terminal = OwnTerminal() else { exit(2) }
      let before = terminal.settings
      let keys = Mutex<[Key]>([])
      let isRead = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
      sem_init(isRead, 0, 0)
      nonisolated(unsafe) let signal = isRead
      let reader = KeyReader { key in
        keys.withLock { $0.append(key) }
        sem_post(signal)
      }
      guard reader.start() else { exit(3) }
      terminal.type("r")
      sem_wait(isRead)
      guard terminal.settings != before, terminal.settings & tcflag_t(ECHO | ICANON) == 0,
        Terminal.saved != nil
      else { exit(4) }
      terminal.type("xq")
      sem_wait(isRead)
      reader.stop()
      guard keys.withLock({ $0 == [.restart, .quit] }) else { exit(5) }
      guard terminal.settings == before, Terminal.saved == nil else { exit(6) }
      // Again, as after a restart that did not come about.
      guard reader.start() else { exit(7) }
      reader.stop()
      exit(terminal.settings == before ? 0 : 8)
    }
  }

  @Test func theNextGenerationSetsBackWhatTheFirstFound() async {
    await #expect(processExitsWith: .success) {
      guard let terminal = OwnTerminal() else { exit(2) }
      let before = terminal.settings
      var saved = termios()
      tcgetattr(STDIN_FILENO, &saved)
      let bytes = withUnsafeBytes(of: &saved) { Array($0) }
      // What a generation leaves that crashed while it read keys.
      saved.c_lflag &= ~tcflag_t(ECHO | ICANON)
      tcsetattr(STDIN_FILENO, TCSANOW, &saved)
      Terminal.adopt(saved: [1, 2, 3])
      Terminal.adopt(saved: bytes)
      let reader = KeyReader { _ in }
      guard reader.start() else { exit(3) }
      guard Terminal.saved == bytes else { exit(4) }
      reader.stop()
      exit(terminal.settings == before ? 0 : 5)
    }
  }

  @Test func leavesAStandardInputAloneThatIsNoTerminal() async {
    await #expect(processExitsWith: .success) {
      let null = open("/dev/null", O_RDONLY)
      dup2(null, STDIN_FILENO)
      let reader = KeyReader { _ in }
      guard !reader.start(), Terminal.saved == nil else { exit(2) }
      reader.stop()
      exit(0)
    }
  }
}

/// A pseudo-terminal that is standard input and controlling terminal of this process: pty(7).
private struct OwnTerminal {
  private let keyboard: CInt

  init?() {
    // A key that is never read ends the test, not the patience of whoever runs it.
    alarm(30)
    // What posix_openpt, unlockpt and ptsname do, which Swift does not see: ioctl_tty(2).
    let (unlock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
    var no: CInt = 0
    var number: CUnsignedInt = 0
    keyboard = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    guard keyboard >= 0, ioctl(keyboard, unlock, &no) == 0,
      ioctl(keyboard, getNumber, &number) == 0
    else { return nil }
    // setsid(2) refuses the leader of a group; only a child is certainly none.
    guard setsid() >= 0 || getsid(0) == getpid() else { return nil }
    // The first terminal that a session leader opens becomes its controlling one.
    let terminal = open("/dev/pts/\(number)", O_RDWR)
    guard terminal >= 0, dup2(terminal, STDIN_FILENO) == 0 else { return nil }
    guard tcgetpgrp(STDIN_FILENO) == getpgrp() else { return nil }
  }

  var settings: tcflag_t {
    var settings = termios()
    tcgetattr(STDIN_FILENO, &settings)
    return settings.c_lflag
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    write(keyboard, bytes, bytes.count)
  }
}
