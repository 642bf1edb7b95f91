import Glibc

/// A program that is run without a shell, without input, and in a process group of its own, so
/// that Ctrl-C does not reach it: posix_spawn(3).
enum ChildProcess {
  struct Outcome: Equatable {
    /// 0 to 255; 128 and the signal if one ended it.
    var status: Int32
    /// Standard output, if it was asked for.
    var output: String
  }

  enum Failure: Error, Equatable {
    /// It could not be started.
    case notStarted(errno: Int32)
    /// It was killed after the time limit.
    case timedOut
  }

  /// Runs a program to its end. Blocks. `arguments[0]` is looked up in PATH. At most
  /// `outputLimit` bytes of the output are kept. A limit of nil waits for ever.
  static func run(
    _ arguments: [String],
    keepsOutput: Bool,
    outputLimit: Int = 65_536,
    within limit: Duration?
  ) -> Result<Outcome, Failure> {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else { return .failure(.notStarted(errno: errno)) }
    var pid = pid_t()
    let failure = spawn(arguments, output: keepsOutput ? ends[1] : nil, pid: &pid)
    close(ends[1])
    defer { close(ends[0]) }
    guard failure == 0 else { return .failure(.notStarted(errno: failure)) }

    guard keepsOutput || limit != nil else {
      return .success(Outcome(status: wait(for: pid), output: ""))
    }
    guard let bytes = read(ends[0], upTo: outputLimit, within: limit) else {
      kill(-pid, SIGKILL)
      _ = wait(for: pid)
      return .failure(.timedOut)
    }
    return .success(Outcome(status: wait(for: pid), output: String(decoding: bytes, as: UTF8.self)))
  }

  private static func spawn(_ arguments: [String], output: Int32?, pid: inout pid_t) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    if let output {
      posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    } else {
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The child begins with every signal as the system has it: what is ignored or blocked here is
    // no business of its own.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // Group 0: a new one, led by the child.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP)
    )

    var argv = arguments.map { strdup($0) }
    defer { for argument in argv { free(argument) } }
    argv.append(nil)
    return posix_spawnp(&pid, arguments[0], &actions, &attributes, argv, environ)
  }

  /// Everything up to the end of file; nil if that did not come in time.
  private static func read(
    _ descriptor: Int32,
    upTo outputLimit: Int,
    within limit: Duration?
  ) -> [UInt8]? {
    let deadline = limit.map { ContinuousClock.now + $0 }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let rest = deadline.map { ContinuousClock.now.duration(to: $0).wholeMilliseconds }
      guard rest != 0 else { return nil }
      let ready = poll(&wanted, 1, rest.map { Int32(clamping: $0) } ?? -1)
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count <= 0 { return bytes }
      if bytes.count < outputLimit { bytes += chunk[..<count] }
    }
  }

  private static func wait(for pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 {
      if errno != EINTR { return 128 }
    }
    // WIFEXITED, WEXITSTATUS and WTERMSIG of wait(2), which are macros.
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
