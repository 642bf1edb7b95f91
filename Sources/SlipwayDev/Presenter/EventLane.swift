import Glibc
import SlipwaySystem

/// The thread of one sink, and what waits for it.
///
/// After a batch the thread rests for some milliseconds before it takes the next, unless something
/// important comes: under load there is a line every few microseconds, and to wake a thread for each
/// takes more time than the request that it tells of.
final class EventLane: @unchecked Sendable {
  // Sendable: what is `var` is touched with `lock` held only; the rest never changes. A condition
  // variable is what Synchronization.Mutex lacks.

  /// Short enough for a line to seem to come at once.
  private static let rest = Duration.milliseconds(5)

  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// The thread has a reason to look at the queue, or at `isClosed`.
  private let isWanted = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// The sink has got what was taken.
  private let isIdle = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var queue: EventQueue
  /// How often the thread has taken all that waited, and how often the sink has got that.
  private var taken = 0
  private var delivered = 0
  private var isWorking = false
  /// The thread waits for anything at all.
  private var isAsleep = false
  /// Something important is in the queue.
  private var isUrgent = false
  /// How many wait for the sink to have everything.
  private var flushers = 0
  private var isClosed = false
  private let sink: any EventSink

  init(to sink: any EventSink) {
    self.sink = sink
    queue = EventQueue(limits: sink.queueLimits)
    pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(isWanted, &attributes)
    pthread_cond_init(isIdle, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(isIdle)
    pthread_cond_destroy(isWanted)
    pthread_mutex_destroy(lock)
    isIdle.deallocate()
    isWanted.deallocate()
    lock.deallocate()
  }

  /// Starts the thread, which keeps the lane alive until it is closed and empty.
  func start() {
    NamedThread.detachSignalFree("slipway-events") { self.work() }
  }

  func append(_ item: EventQueue.Item) {
    if case .event(let event, _) = item, !sink.wants(event) { return }
    locked {
      queue.append(item)
      if !item.canBeSpared { isUrgent = true }
      guard isAsleep || isUrgent else { return }
      isAsleep = false
      pthread_cond_signal(isWanted)
    }
  }

  /// Waits until the sink has everything that was appended before, or until `deadline` (CLOCK_MONOTONIC).
  ///
  /// Returns whether the sink has it.
  func flush(until deadline: timespec) -> Bool {
    locked {
      var deadline = deadline
      let wanted = queue.isEmpty ? taken : taken + 1
      flushers += 1
      defer { flushers -= 1 }
      pthread_cond_signal(isWanted)
      while delivered < wanted {
        if pthread_cond_timedwait(isIdle, lock, &deadline) == ETIMEDOUT { return false }
      }
      return true
    }
  }

  /// Lets the thread end once the sink has everything.
  func close() {
    locked {
      isClosed = true
      pthread_cond_signal(isWanted)
    }
  }

  private func work() {
    while let items = next() {
      for item in items {
        switch item {
        case .event(let event, let time): sink.receive(event, at: time)
        case .notice(let notice): sink.show(notice)
        case .shed(let count, let time): sink.receive(.problem(shed: count), at: time)
        case .reopening: sink.reopen()
        }
      }
      sink.endBatch()
    }
  }

  private func next() -> [EventQueue.Item]? {
    locked {
      if isWorking {
        isWorking = false
        delivered += 1
        pthread_cond_broadcast(isIdle)
        takeRest()
      }
      while queue.isEmpty {
        if isClosed { return nil }
        isAsleep = true
        pthread_cond_wait(isWanted, lock)
        isAsleep = false
      }
      isWorking = true
      taken += 1
      isUrgent = false
      return queue.takeAll()
    }
  }

  private func takeRest() {
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &end)
    end.add(Self.rest)
    while !isUrgent, !isClosed, flushers == 0 {
      if pthread_cond_timedwait(isWanted, lock, &end) == ETIMEDOUT { return }
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body()
  }
}

extension DevEvent {
  fileprivate static func problem(shed count: Int) -> DevEvent {
    .problem(
      code: "SW121",
      message: "\(count) lines about requests and builds were left out here.",
      remedy: "They came faster than this output takes them."
    )
  }
}
