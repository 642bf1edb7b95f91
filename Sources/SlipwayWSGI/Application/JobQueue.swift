import Glibc

/// Exchanges that wait for one of several threads, in the order in which they came.
///
/// Bounded by the gateway's limit of connections, each of which has one exchange here at most.
@safe final class JobQueue<Job: Sendable>: @unchecked Sendable {
  // Unchecked: `jobs` and `isClosed` are touched only with `lock` held. A condition variable is what
  // Synchronization.Mutex lacks.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: ArraySlice<Job> = []
  private var waiting = 0

  init() {
    unsafe pthread_mutex_init(lock, nil)
    unsafe pthread_cond_init(arrival, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(arrival)
    unsafe pthread_mutex_destroy(lock)
    unsafe arrival.deallocate()
    unsafe lock.deallocate()
  }

  func put(_ job: Job) {
    unsafe pthread_mutex_lock(lock)
    jobs.append(job)
    let wakes = waiting > 0
    unsafe pthread_mutex_unlock(lock)
    if wakes { unsafe pthread_cond_signal(arrival) }
  }

  /// The next one, at once.
  func poll() -> Job? {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return jobs.popFirst()
  }

  /// The next one, when there is one.
  func take() -> Job {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    while true {
      if let job = jobs.popFirst() { return job }
      waiting += 1
      unsafe pthread_cond_wait(arrival, lock)
      waiting -= 1
    }
  }
}
