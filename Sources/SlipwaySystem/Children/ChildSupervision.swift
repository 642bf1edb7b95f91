import CSlipwayShims
import Glibc
import SystemPackage

/// One child from its start to its end, seen from the thread that waits for it.
struct ChildSupervision: ~Copyable {
  /// How long output is awaited that nobody may be going to write: a process which the child left
  /// behind can hold the pipe open for ever.
  private static let lastWords = Duration.milliseconds(100)

  /// How long the death of a killed process is awaited. Only one that hangs in the kernel takes
  /// noticeable time, and nothing more can be done about that.
  private static let deathThroes = Duration.seconds(2)

  private let pid: pid_t
  private let process: OwnedDescriptor
  private var output: OutputPipe
  private var error: OutputPipe
  private let cancellation: WakeUp
  private let patience: Duration
  private var deadline: ContinuousClock.Instant?

  init(of child: ChildProcess, cancelledBy cancellation: WakeUp) throws(SystemError) {
    let spawned = try child.spawn()
    pid = spawned.pid
    process = OwnedDescriptor(FileDescriptor(rawValue: spawned.process))
    output = OutputPipe(
      FileDescriptor(rawValue: spawned.output),
      stream: .output,
      lineLimit: child.lineLimit
    )
    error = OutputPipe(
      FileDescriptor(rawValue: spawned.error),
      stream: .error,
      lineLimit: child.lineLimit
    )
    self.cancellation = cancellation
    patience = child.patience
    CrashGuard.note(session: pid)
  }

  mutating func run(_ receive: (ChildProcess.Output) -> Void) -> ChildProcess.End {
    awaitEnd(receive)
    let isCancelled = deadline != nil
    if isCancelled { sweep() }
    drain(receive)
    CrashGuard.forget(session: pid)
    let end = ChildProcess.End(of: pid)
    if case .terminated = end, !isCancelled { sweep() }
    return end
  }

  /// Delivers output until the child has ended, or until a cancelled one has had its time.
  private mutating func awaitEnd(_ receive: (ChildProcess.Output) -> Void) {
    while true {
      let wait = deadline.map { max(.zero, $0 - .now) }
      let ready = poll(process.descriptor, cancels: deadline == nil, for: wait)
      if ready.contains(.output) { output.read(receive) }
      if ready.contains(.error) { error.read(receive) }
      if ready.contains(.process) { return }
      if ready.contains(.cancellation) {
        deadline = .now + patience
        // Only to the child: `swift build` ends its compilers when it is interrupted, and leaves
        // them running when it is terminated.
        _ = kill(pid, SIGINT)
      }
      if ready.isEmpty { return }
    }
  }

  /// Waits until the session is empty, and kills what will not go.
  private func sweep() {
    let session = ProcessSession(leader: pid)
    while let deadline, ContinuousClock.now < deadline {
      if session.members().isEmpty { return }
      pause(milliseconds: 5)
    }
    let giveUp = ContinuousClock.now + Self.deathThroes
    while !session.signal(SIGKILL), ContinuousClock.now < giveUp {
      pause(milliseconds: 2)
    }
  }

  /// Delivers what is left in the pipes.
  private mutating func drain(_ receive: (ChildProcess.Output) -> Void) {
    while output.isOpen || error.isOpen {
      let ready = poll(nil, cancels: false, for: Self.lastWords)
      if ready.contains(.output) { output.read(receive) }
      if ready.contains(.error) { error.read(receive) }
      if ready.isEmpty { break }
    }
    output.finish(receive)
    error.finish(receive)
  }

  private struct Ready: OptionSet {
    let rawValue: Int
    static let output = Self(rawValue: 1)
    static let error = Self(rawValue: 2)
    static let process = Self(rawValue: 4)
    static let cancellation = Self(rawValue: 8)
  }

  /// Waits for one of the descriptors that are of interest; empty when the time is over.
  private func poll(
    _ process: FileDescriptor?,
    cancels: Bool,
    for duration: Duration?
  ) -> Ready {
    // A negative descriptor is left out; see poll(2).
    let numbers = [
      output.isOpen ? output.descriptor.rawValue : -1,
      error.isOpen ? error.descriptor.rawValue : -1,
      process?.rawValue ?? -1,
      cancels ? cancellation.descriptor.rawValue : -1,
    ]
    var watched = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let timeout = duration.map(\.pollTimeout) ?? -1
    _ = try? Errno.check { unsafe Glibc.poll(&watched, nfds_t(watched.count), timeout) }
    return watched.indices.reduce(into: []) { ready, index in
      if watched[index].revents != 0 { ready.insert(Ready(rawValue: 1 << index)) }
    }
  }

  private func pause(milliseconds: CInt) {
    _ = Glibc.poll(nil, 0, milliseconds)
  }
}
