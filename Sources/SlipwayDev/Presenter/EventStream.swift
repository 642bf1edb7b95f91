import Glibc
import Synchronization

/// Takes events from any thread and gives them to every sink, in one order for all.
///
/// `post` never waits for a sink: each has its own thread and a bounded queue. When a sink is too
/// slow, lines of requests and progress are left out first, and their number is told.
package final class EventStream: Sendable {
  private let lanes: [EventLane]

  /// Held while an event is handed to all lanes, so that every sink sees the same order.
  private let order = Mutex(())

  package init(to sinks: [any EventSink]) {
    lanes = sinks.map(EventLane.init(to:))
    for lane in lanes { lane.start() }
    for sink in sinks { sink.join(self) }
  }

  deinit {
    for lane in lanes { lane.close() }
  }

  /// Tells every sink. Quick; any thread, but no signal handler.
  package func post(_ event: DevEvent) {
    let time = WallTime.now()
    append(.event(event, time))
  }

  /// Shows something on the terminal, after all that was posted before.
  package func show(_ notice: TerminalNotice) {
    append(.notice(notice))
  }

  /// Has the logs opened anew, after all that was posted before.
  package func reopenLogs() {
    append(.reopening)
  }

  /// Waits until every sink has all that was posted before: to be called before exit and exec. A
  /// terminal that the user has stopped (Ctrl-S) takes nothing, hence the limit.
  ///
  /// Returns whether all have it.
  @discardableResult
  package func flush(within limit: Duration) -> Bool {
    var deadline = timespec()
    clock_gettime(CLOCK_MONOTONIC, &deadline)
    deadline.add(limit)
    // The terminal is the first, and the one that may take nothing: the files do not wait for it.
    return lanes.reversed().map { $0.flush(until: deadline) }.allSatisfy(\.self)
  }

  private func append(_ item: EventQueue.Item) {
    order.withLock { _ in
      for lane in lanes { lane.append(item) }
    }
  }
}

extension timespec {
  mutating func add(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = tv_nsec + Int(attoseconds / 1_000_000_000)
    tv_sec += Int(clamping: seconds) + nanoseconds / 1_000_000_000
    tv_nsec = nanoseconds % 1_000_000_000
  }
}
