import Synchronization

/// A sink that writes lines into a file.
protocol LogSink: EventSink {
  var file: Mutex<LogFile> { get }
  var troubles: LogTroubles { get }
}

extension LogSink {
  /// A burst of requests is no reason to leave lines out: it takes 60,000 that wait.
  var queueLimits: EventQueue.Limits { EventQueue.Limits(shedding: 60_000, hard: 80_000) }

  func endBatch() {
    file.withLock { $0.flush() }
    tell()
  }

  func reopen() {
    file.withLock { $0.reopen() }
    tell()
  }

  func join(_ events: EventStream) {
    troubles.events.withLock { $0.stream = events }
    tell()
  }

  private func tell() {
    let found = file.withLock { $0.takeTroubles() }
    for trouble in found { troubles.events.withLock { $0.stream }?.post(.problem(trouble)) }
  }
}

/// Where a log tells of its own trouble: the stream that it listens to, which holds it.
final class LogTroubles: Sendable {
  struct Reference: Sendable {
    weak var stream: EventStream?
  }

  let events = Mutex(Reference())
}
