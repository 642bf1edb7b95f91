import Synchronization

/// Which files of each unit have changed since its last good build.
package final class ChangedFiles: Sendable {
  /// Paths, each with the number of its newest change.
  package typealias Changes = [String: UInt64]

  private struct State {
    var changes: [MountPlan.Unit: Changes] = [:]
    var count: UInt64 = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// Takes note of changes. Any thread.
  package func note(_ paths: some Sequence<String>, of unit: MountPlan.Unit) {
    state.withLock { state in
      for path in paths {
        state.count += 1
        state.changes[unit, default: [:]][path] = state.count
      }
    }
  }

  package func changes(of unit: MountPlan.Unit) -> Changes {
    state.withLock { $0.changes[unit] ?? [:] }
  }

  /// These have been built. What has changed again meanwhile stays.
  package func forget(_ built: Changes, of unit: MountPlan.Unit) {
    state.withLock { state in
      state.changes[unit] = state.changes[unit]?.filter { built[$0.key] != $0.value }
    }
  }
}
