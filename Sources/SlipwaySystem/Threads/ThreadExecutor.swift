import SystemPackage

/// Runs tasks on one thread of its own, for asynchronous work of the server that must go on when
/// the application has blocked every thread of Swift's cooperative pool.
///
/// Use it as a task's executor preference: `Task(executorPreference: executor) { … }`.
package final class ThreadExecutor: TaskExecutor {
  private let jobs = Inbox<UnownedJob>()

  /// Starts the thread, which lives until the process image ends. To be called at the start: a
  /// process that has no room for its first threads can do nothing, and traps here.
  package init(name: String) {
    do throws(Errno) {
      try NamedThread.detach(name) { [self] in run() }
    } catch {
      preconditionFailure("no thread \(name): \(error)")
    }
  }

  private func run() {
    let me = unsafe asUnownedTaskExecutor()
    while true {
      for job in jobs.receive() {
        unsafe job.runSynchronously(on: me)
      }
    }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    jobs.send(UnownedJob(job))
  }
}
