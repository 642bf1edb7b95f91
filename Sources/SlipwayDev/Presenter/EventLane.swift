import Glibc
import SlipwaySystem

/// The thread of one sink, and what waits for it.
final class EventLane: @unchecked Sendable {
  // Sendable: `queue`, `isWorking` and `isClosed` are touched with `lock` held only; the rest never
  // changes. A condition variable is what Synchronization.Mutex lacks.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// Something was appended, or the lane was closed.
  private let isWanted = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Everything is with the sink.
  private let isIdle = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var queue = EventQueue()
  private var isWorking = false
  private var isClosed = false
  private let sink: any EventSink

  init(to sink: any EventSink) {
    self.sink = sink
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

  /// Waits until the sink has everything, or until `deadline` (CLOCK_MONOTONIC).
  ///
  /// Returns whether the sink has everything.
  func flush(until deadline: timespec) -> Bool {
    locked {
      var deadline = deadline
      while !queue.isEmpty || isWorking {
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
        }
      }
    }
  }

  private func next() -> [EventQueue.Item]? {
    locked {
      isWorking = false
      while queue.isEmpty {
        pthread_cond_broadcast(isIdle)
        if isClosed { return nil }
        pthread_cond_wait(isWanted, lock)
      }
      isWorking = true
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
