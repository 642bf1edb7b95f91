// Replaces its own image as the first argument says: `execve` is the main thread's to call, which
// no test has. Ends with 0 if everything was as it should be.
import Glibc
import SlipwaySystem
import SystemPackage

/// A shell that finds out what it has inherited.
func becomeShell(_ script: String, keeping kept: [FileDescriptor]) throws {
  let shell = ProcessImage(path: "/bin/sh", arguments: ["sh", "-c", script])
  try shell.replace(keeping: kept, setting: ["GREETING": "hello"])
}

/// `__WALL`: children too that end without SIGCHLD; wait(2).
let anyChild: Int32 = 0x4000_0000

switch CommandLine.arguments.dropFirst().first {
case "descriptors":
  let kept = try OwnedDescriptor(FileDescriptor.open("/dev/null", .readOnly))
  let leaked = try OwnedDescriptor(FileDescriptor.open("/dev/null", .readOnly))
  try becomeShell(
    """
    [ $$ = \(getpid()) ] && [ -e /proc/$$/fd/\(kept.descriptor.rawValue) ] &&
    [ ! -e /proc/$$/fd/\(leaked.descriptor.rawValue) ] && [ "$GREETING" = hello ]
    """,
    keeping: [kept.descriptor]
  )

case "environment":
  setenv("BEFORE", "1", 1)
  ProcessEnvironment.keep()
  setenv("AFTERWARDS", "1", 1)
  unsetenv("BEFORE")
  try becomeShell(
    "[ \"$BEFORE\" = 1 ] && [ -z \"$AFTERWARDS\" ] && [ \"$GREETING\" = hello ]",
    keeping: []
  )

case "missing":
  let pipe = try SignalPipe()
  kill(getpid(), SIGINT)
  do throws(SystemError) {
    try ProcessImage(path: "/nonexistent/program", arguments: ["program"])
      .replace(keeping: [])
  } catch {
    guard error.code == .restartFailed else { exit(2) }
    guard pipe.wait() == .signal(SIGINT) else { exit(5) }
    // Whoever was to free the memory is gone too.
    guard waitpid(-1, nil, WNOHANG | anyChild) == -1, errno == ECHILD else { exit(10) }
    kill(getpid(), SIGTERM)
    exit(pipe.wait() == .signal(SIGTERM) ? 0 : 3)
  }

case "signal":
  // The first time round: becomes itself with a signal waiting, as one does that arrives during
  // the replacement. The second time: finds it.
  if getenv("GREETING") == nil {
    _ = SignalMask.blockAll()
    kill(getpid(), SIGTERM)
    try ProcessImage.current.replace(keeping: [], setting: ["GREETING": "hello"])
  }
  exit(try SignalPipe().wait() == .signal(SIGTERM) ? 0 : 4)

case "unheard":
  // As "signal", but it has been handled and nobody has looked.
  if getenv("GREETING") == nil {
    _ = try SignalPipe()
    kill(getpid(), SIGTERM)
    try ProcessImage.current.replace(keeping: [], setting: ["GREETING": "hello"])
  }
  exit(try SignalPipe().wait() == .signal(SIGTERM) ? 0 : 6)

case "thread":
  // As "signal", but another thread is the one that gets it.
  if getenv("GREETING") == nil {
    _ = try SignalPipe()
    try NamedThread.detach("idle") { while true { pause() } }
    _ = SignalMask.blockAll()
    kill(getpid(), SIGTERM)
    var pending = sigset_t()
    repeat { sigpending(&pending) } while sigismember(&pending, SIGTERM) == 0
    try ProcessImage.current.replace(keeping: [], setting: ["GREETING": "hello"])
  }
  exit(try SignalPipe().wait() == .signal(SIGTERM) ? 0 : 7)

case "memory":
  // The second time round: the process that frees the first image's memory has come to its end.
  if getenv("GREETING") == nil {
    try ProcessImage.current.replace(keeping: [], setting: ["GREETING": "hello"])
  }
  var status: Int32 = -1
  let holder = waitpid(-1, &status, anyChild)
  exit(getenv("SLIPWAY_HOLDER").map { String(cString: $0) } == "\(holder)" && status == 0 ? 0 : 11)

case "nohup":
  let isFirst = getenv("GREETING") == nil
  if isFirst { signal(SIGHUP, SIG_IGN) }
  let pipe = try SignalPipe()
  if isFirst {
    try ProcessImage.current.replace(keeping: [], setting: ["GREETING": "hello"])
  }
  kill(getpid(), SIGHUP)
  kill(getpid(), SIGTERM)
  exit(pipe.wait() == .signal(SIGTERM) ? 0 : 8)

case "ignored":
  // What the application ignores, the next one does not.
  if getenv("GREETING") == nil {
    _ = try SignalPipe()
    signal(SIGUSR1, SIG_IGN)
    try ProcessImage.current.replace(keeping: [], setting: ["GREETING": "hello"])
  }
  SignalMask.unblockAll()
  kill(getpid(), SIGUSR1)
  exit(9)

default:
  exit(64)
}
