import Dispatch
import SlipwayWatch
import Synchronization

/// Keeps what a watcher reports, and lets a test wait for it.
final class ReportCollector: Sendable {
  private let reports = Mutex<[WatchReport]>([])
  private let arrived = DispatchSemaphore(value: 0)

  func receive(_ report: WatchReport) {
    if case .certain = report { return }
    reports.withLock { $0.append(report) }
    arrived.signal()
  }

  var all: [WatchReport] { reports.withLock { $0 } }

  /// The change sets, in order, empty ones too.
  var settled: [[Change]] {
    all.compactMap { if case .settled(let changes, _) = $0 { changes } else { nil } }
  }

  /// What was told of bursts that were not over.
  var saved: [[Change]] {
    all.compactMap { if case .saved(let changes) = $0 { changes } else { nil } }
  }

  var settledAsSaved: [Bool] {
    all.compactMap { if case .settled(_, let isSo) = $0 { isSo } else { nil } }
  }

  /// All changes reported so far.
  var changes: [Change] { settled.flatMap { $0 } }

  var problems: [WatchError] {
    all.compactMap { if case .problem(let problem) = $0 { problem } else { nil } }
  }

  var touchedCount: Int {
    all.count { if case .touched = $0 { true } else { false } }
  }

  /// Whether a burst was announced and is over.
  var hasSettledAfterTouch: Bool {
    guard case .settled = all.last else { return false }
    return touchedCount > 0
  }

  /// Forgets what was reported so far.
  func clear() {
    reports.withLock { $0 = [] }
  }

  /// Waits until the condition holds; false if it did not within thirty seconds.
  func wait(until condition: (ReportCollector) -> Bool) -> Bool {
    let deadline = DispatchTime.now() + .seconds(120)
    while !condition(self) {
      if arrived.wait(timeout: deadline) == .timedOut { return condition(self) }
    }
    return true
  }

  /// Waits for this change.
  func wait(for kind: Change.Kind, _ path: String) -> Bool {
    wait { $0.changes.contains(Change(path: path, kind: kind)) }
  }
}
