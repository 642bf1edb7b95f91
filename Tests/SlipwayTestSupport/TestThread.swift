import SlipwaySystem

/// Runs blocking work on a thread of its own, as a part of the test that waits for it: what is
/// expected there is counted as the test's, and the cooperative pool, which has a thread for each
/// core and no more, is left to others.
package func onThreadOfTest<Result>(_ work: () throws -> Result) async throws -> Result {
  let thread = TestThread()
  defer { thread.end() }
  return try await withTaskExecutorPreference(thread) { try work() }
}

/// A thread as an executor, until it is ended.
private final class TestThread: TaskExecutor {
  private let jobs = Inbox<UnownedJob?>()

  init() {
    startThread("test") { [self] in run() }
  }

  func end() { jobs.send(nil) }

  func enqueue(_ job: consuming ExecutorJob) {
    jobs.send(UnownedJob(job))
  }

  private func run() {
    let me = asUnownedTaskExecutor()
    while true {
      for job in jobs.receive() {
        guard let job else { return }
        job.runSynchronously(on: me)
      }
    }
  }
}
