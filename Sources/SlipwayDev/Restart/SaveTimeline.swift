package import SlipwayBuild
import SlipwaySystem
import Synchronization

/// Where the time between a save and the newest code went, over the restart.
///
/// Moments are nanoseconds of the monotonic clock, which all generations share; nil where it has not
/// come to that. Only the newest change of a burst, and of several builds the last, is told of.
package struct SaveTimeline: Codable, Sendable, Equatable {
  /// The watcher read the first event.
  package var noticed: UInt64?
  /// The burst was over, and reported.
  package var settled: UInt64?
  package var buildBegan: UInt64?
  package var buildEnded: UInt64?
  /// The library was where it can be loaded from.
  package var copied: UInt64?
  package var restartOrdered: UInt64?
  /// Every exchange had ended, and every connection was frozen.
  package var drained: UInt64?
  /// The next generation could read what it inherits.
  package var executed: UInt64?
  package var loadBegan: UInt64?
  /// The gate opened.
  package var ready: UInt64?

  /// Of the build, in nanoseconds; nil of one by SwiftPM.
  package var planning: UInt64?
  package var compiling: UInt64?
  package var linking: UInt64?

  package init() {}

  /// From one moment to another in whole microseconds; nil if one of them is missing.
  package static func microseconds(from start: UInt64?, to end: UInt64?) -> Int? {
    guard let start, let end else { return nil }
    return Int(clamping: Int64(bitPattern: end &- start) / 1000)
  }

  /// The stages in their order, those that are known.
  package var stages: [(name: String, microseconds: Int)] {
    let spans: [(String, Int?)] = [
      ("settle", Self.microseconds(from: noticed, to: settled)),
      ("queue", Self.microseconds(from: settled, to: buildBegan)),
      ("plan", planning.map { Int(clamping: $0 / 1000) }),
      ("compile", compiling.map { Int(clamping: $0 / 1000) }),
      ("link", linking.map { Int(clamping: $0 / 1000) }),
      ("build", Self.microseconds(from: buildBegan, to: buildEnded)),
      ("copy", Self.microseconds(from: buildEnded, to: copied)),
      ("order", Self.microseconds(from: copied, to: restartOrdered)),
      ("drain", Self.microseconds(from: restartOrdered, to: drained)),
      ("exec", Self.microseconds(from: drained, to: executed)),
      ("start", Self.microseconds(from: executed, to: loadBegan)),
      ("load", Self.microseconds(from: loadBegan, to: ready)),
    ]
    return spans.compactMap { name, span in span.map { (name, $0) } }
  }
}

/// Takes the times of one save, from whatever thread has something to say.
package final class SaveClock: Sendable {
  private let timeline: Mutex<SaveTimeline>

  package init(_ timeline: SaveTimeline = SaveTimeline()) {
    self.timeline = Mutex(timeline)
  }

  /// Notes that a moment has come.
  package func mark(_ moment: any WritableKeyPath<SaveTimeline, UInt64?> & Sendable) {
    let now = MonotonicClock.nanoseconds
    timeline.withLock { $0[keyPath: moment] = now }
  }

  /// A new burst has begun: what there was belongs to another save.
  package func restart() {
    let now = MonotonicClock.nanoseconds
    timeline.withLock { timeline in
      timeline = SaveTimeline()
      timeline.noticed = now
    }
  }

  package func note(_ stages: BuildStages?) {
    timeline.withLock { timeline in
      timeline.planning = stages.map { Self.nanoseconds($0.planning) }
      timeline.compiling = stages.map { Self.nanoseconds($0.compiling) }
      timeline.linking = stages.map { Self.nanoseconds($0.linking) }
    }
  }

  package var value: SaveTimeline { timeline.withLock { $0 } }

  private static func nanoseconds(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    return UInt64(clamping: seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
  }
}
