import Glibc
import SlipwaySystem

/// The thread of one sink, and what waits for it.
final class EventLane: @unchecked Sendable {
  // Sendable: `queue`, `isWorking` and `isClosed` are touched with `lock` held only; the rest never
  // changes. A condition variable is what Synchronization.Mutex lacks.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// Something was appended, or the lane was closed.
  private let isWanted = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// The sink has got what was taken.
  private let isIdle = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var queue: EventQueue
  /// How often the thread has taken all that waited, and how often the sink has got that.
  private var taken = 0
  private var delivered = 0
  private var isWorking = false
  private var isClosed = false
  private let sink: any EventSink

  init(to sink: any EventSink) {
    self.sink = sink
    queue = EventQueue(limits: sink.queueLimits)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(isWanted, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
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
    locked {
      queue.append(item)
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
      sink.batchEnded()
    }
  }

  private func next() -> [EventQueue.Item]? {
    locked {
      if isWorking {
        isWorking = false
        delivered += 1
        pthread_cond_broadcast(isIdle)
      }
      while queue.isEmpty {
        if isClosed { return nil }
        pthread_cond_wait(isWanted, lock)
      }
      isWorking = true
      taken += 1
      return queue.takeAll()
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
