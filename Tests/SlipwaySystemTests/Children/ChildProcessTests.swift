import Glibc
import SlipwaySystem
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct ChildProcessTests {
  @Test func deliversBothStreamsLineByLine() async throws {
    let heard = Heard()
    let end = try await shell("echo one; echo two >&2; printf three").run(heard.hear)
    #expect(end == .exited(0))
    #expect(heard.lines(of: .output) == ["one", "three"])
    #expect(heard.lines(of: .error) == ["two"])
  }

  @Test func deliversALineThatIsNotFinishedYet() async throws {
    let heard = Heard()
    let fifo = "/tmp/slipway-fifo-\(getpid())"
    mkfifo(fifo, 0o600)
    defer { unlink(fifo) }
    // The child goes on only once its unfinished line has been heard.
    _ = try await shell("printf waiting; read go < \(fifo); echo ' no more'")
      .run { output in
        heard.hear(output)
        if case .unfinished = output, heard.all.count == 1 { release(fifo) }
      }
    #expect(
      heard.all == [
        .unfinished("waiting", from: .output), .line("waiting no more", from: .output),
      ]
    )
  }

  @Test(arguments: [("exit 3", ChildProcess.End.exited(3)), ("kill -9 $$", .terminated(signal: 9))])
  func saysHowItEnded(script: String, end: ChildProcess.End) async throws {
    #expect(try await shell(script).run { _ in } == end)
  }

  @Test func isWaitedForWithAllThatItPrints() throws {
    let run = try shell("echo one; echo two >&2; exit 3").run(within: .seconds(60))
    #expect(run.end == .exited(3))
    #expect(!run.wasCutShort)
    #expect(run.lines.sorted() == ["one", "two"])
  }

  @Test func isEndedWhenItTakesTooLong() throws {
    let run = try shell("echo begun; sleep 600").run(within: .milliseconds(50))
    #expect(run.wasCutShort)
    #expect(run.end != .exited(0))
  }

  @Test func startsAFreshProcess() async throws {
    let heard = Heard()
    var blocked = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGUSR1)
    pthread_sigmask(SIG_BLOCK, &blocked, nil)
    let leak = open("/dev/null", O_RDONLY)
    defer { close(leak) }
    let script = """
      grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/$$/fd; readlink /proc/$$/fd/0; pwd
      """
    _ = try await shell(script).run(heard.hear)
    pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
    // 32 and 33 are glibc's own, and posix_spawn ignores them in the child.
    #expect(
      heard.lines(of: .output) == [
        "SigBlk:\t0000000000000000", "SigIgn:\t0000000180000000", "0", "1", "2", "/dev/null", "/",
      ]
    )
  }

  @Test func refusesAProgramThatIsNotThere() async {
    let child = ChildProcess(
      executable: "/no/such",
      arguments: [],
      environment: [:],
      directory: "/"
    )
    await #expect(throws: SystemError.self) {
      try await child.run { _ in }
    }
  }

  /// A shell with job control gives each job a process group of its own, as `swift build` does.
  @Test(arguments: ["", "trap '' INT; "]) func endsTheWholeSessionWhenCancelled(
    trap: String
  ) async throws {
    let heard = Heard()
    var child = shell("\(trap)set -m; sleep 1000 & sleep 1000 & echo $$; jobs -p; wait")
    child.patience = .milliseconds(100)
    let (started, continuation) = AsyncStream.makeStream(of: Void.self)
    let task = Task { [child] in
      try await child.run { output in
        heard.hear(output)
        if heard.lines(of: .output).count == 3 { continuation.finish() }
      }
    }
    for await _ in started {}
    let processes = heard.lines(of: .output).compactMap(pid_t.init)
    #expect(processes.count == 3)
    task.cancel()
    _ = try await task.value
    for process in processes { #expect(!isRunning(process)) }
  }

  @Test func cancelledBeforeItStartedEndsAtOnce() async throws {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      let child = ChildProcess(
        executable: "/bin/sleep",
        arguments: ["1000"],
        environment: [:],
        directory: "/"
      )
      return try await child.run { _ in }
    }
    #expect(try await task.value == .terminated(signal: SIGINT))
  }

  @Test func doesNotWaitForWhatTheChildLeftBehind() async throws {
    let heard = Heard()
    let end = try await shell("sleep 1000 & echo $!").run(heard.hear)
    #expect(end == .exited(0))
    let left = try #require(heard.lines(of: .output).first.flatMap(pid_t.init))
    kill(left, SIGKILL)
  }

  @Test func runsWhileTheCooperativePoolIsBlocked() async throws {
    await #expect(processExitsWith: .success) {
      let executor = ThreadExecutor(name: "test")
      let ends = Inbox<ChildProcess.End?>()
      let blocked = Inbox<Void>()
      let never = Inbox<Void>()
      for _ in 0..<128 {
        Task.detached {
          blocked.send(())
          _ = never.receive()
        }
      }
      // The pool has a thread for each processor, and this test occupies one of them.
      for _ in 1..<max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))) { _ = blocked.receive() }
      Task(executorPreference: executor) {
        let child = ChildProcess(
          executable: "/bin/sh",
          arguments: ["-c", "exit 7"],
          environment: [:],
          directory: "/"
        )
        ends.send(try? await child.run { _ in })
        let cancelled = Task(executorPreference: executor) {
          var slow = child
          slow.executable = "/bin/sleep"
          slow.arguments = ["1000"]
          return try? await slow.run { _ in }
        }
        cancelled.cancel()
        ends.send(await cancelled.value)
      }
      var received: [ChildProcess.End?] = []
      while received.count < 2 { received += ends.receive() }
      exit(received == [.exited(7), .terminated(signal: SIGINT)] ? 0 : 1)
    }
  }

  /// Writes a line to a fifo that somebody reads, or is about to.
  private func release(_ fifo: String) {
    let descriptor = open(fifo, O_WRONLY)
    write(descriptor, "go\n", 3)
    close(descriptor)
  }

  private func shell(_ script: String) -> ChildProcess {
    ChildProcess(
      executable: "/bin/bash",
      arguments: ["-c", script],
      environment: ["PATH": "/usr/bin:/bin"],
      directory: "/"
    )
  }

  /// False for a process that has ended, whether or not somebody has noticed.
  private func isRunning(_ process: pid_t) -> Bool {
    guard let file = fopen("/proc/\(process)/stat", "r") else { return false }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    guard fgets(&line, 512, file) != nil else { return false }
    let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return !text.contains(") Z ")
  }
}

/// What a child said.
private final class Heard: Sendable {
  private let outputs = Mutex<[ChildProcess.Output]>([])

  var all: [ChildProcess.Output] { outputs.withLock { $0 } }

  @Sendable func hear(_ output: ChildProcess.Output) {
    outputs.withLock { $0.append(output) }
  }

  func lines(of wanted: ChildProcess.Stream) -> [String] {
    all.compactMap { output in
      if case .line(let line, from: wanted) = output { line } else { nil }
    }
  }
}
