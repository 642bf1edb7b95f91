import Glibc
import NIOCore

/// Exchanges that wait for one of several threads, in the order in which they came.
///
/// The threads share an interpreter that runs one of them at a time, and whether the one that runs will
/// soon be back for more or is about to wait for something, nobody knows. So one more than those that
/// have work is called, and no second one before that has come: it stands in line for the interpreter,
/// and has it as soon as the other lets go. A thread called for each job would stand there in vain.
///
/// Bounded by the gateway's limit of connections, each of which has one exchange here at most.
@safe final class JobQueue<Job: Sendable>: @unchecked Sendable {
  // Unchecked: all variables are touched only with `lock` held. A condition variable is what
  // Synchronization.Mutex lacks.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let call = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs = CircularBuffer<Job>()
  private var sleeping = 0
  /// Who has put a job will call somebody.
  private var isCallDue = false
  /// Somebody is called and has not woken up yet.
  private var isCalled = false
  /// Somebody is called and has not asked for a job yet.
  private var isComing = false

  init() {
    unsafe pthread_mutex_init(lock, nil)
    unsafe pthread_cond_init(call, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(call)
    unsafe pthread_mutex_destroy(lock)
    unsafe call.deallocate()
    unsafe lock.deallocate()
  }

  /// Returns whether `callOne` is to be called now, or when some more jobs are in.
  func put(_ job: Job) -> Bool {
    withLock {
      jobs.append(job)
      guard needsOne, !isCallDue else { return false }
      isCallDue = true
      return true
    }
  }

  /// Calls a thread, if there still is work for one.
  func callOne() {
    let isNeeded = withLock {
      isCallDue = false
      return prepareCall()
    }
    if isNeeded { unsafe pthread_cond_signal(call) }
  }

  /// Sleeps until the calling thread is called; `poll` is what it is to do then.
  func sleep() {
    withLock {
      // Nobody was there to be called for what has come since it looked.
      guard jobs.isEmpty || isComing else { return isComing = true }
      sleeping += 1
      while !isCalled { unsafe pthread_cond_wait(call, lock) }
      sleeping -= 1
      isCalled = false
    }
  }

  /// The next job, if there is one.
  ///
  /// - Parameter wasCalled: Whether the calling thread comes from `sleep`.
  func poll(_ wasCalled: Bool) -> Job? {
    let (job, isNeeded) = withLock {
      if wasCalled { isComing = false }
      let job = jobs.popFirst()
      return (job, prepareCall())
    }
    if isNeeded { unsafe pthread_cond_signal(call) }
    return job
  }

  private var needsOne: Bool { !jobs.isEmpty && sleeping > 0 && !isComing }

  private func prepareCall() -> Bool {
    guard needsOne else { return false }
    isCalled = true
    isComing = true
    return true
  }

  private func withLock<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return body()
  }
}
