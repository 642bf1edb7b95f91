import Logging
import SlipwaySystem
import SlipwayWatch
import Synchronization

/// The watcher, and the gate's question whether something may have changed.
final class SourceWatch: Sendable {
  /// What to watch, and whom to tell. Everything is called on the watch thread.
  struct Purpose: Sendable {
    var roots: [WatchRoot]

    /// The first event of a burst has been read.
    var onTouch: @Sendable () -> Void

    /// Files have been saved, and more may come.
    var onSave: @Sendable ([Change]) -> Void

    /// A burst of changes has settled, and whether it was what `onSave` was told. The watcher is
    /// uncertain until this returns, so that a gate closed here leaves no instant at which a save that has
    /// returned is not seen.
    var onChange: @Sendable ([Change], Bool) -> Void

    /// Nothing is uncertain any more: exchanges that were held for that may be asked about again.
    var onCertain: @Sendable () -> Void

    var onProblem: @Sendable (WatchError) -> Void
  }

  private let ignored: [String]
  private let logger: Logger

  private enum Sight {
    /// There is no watcher yet, or it is being replaced: anything may have changed since the tree that
    /// the last one knew.
    case blind(since: TreeSnapshot?)
    case watching(FileWatcher)
    /// Nothing can be watched: the server goes on without.
    case impossible
    /// Nothing is watched any more.
    case ended

    var watcher: FileWatcher? {
      if case .watching(let watcher) = self { watcher } else { nil }
    }
  }

  private let sight = Mutex(Sight.blind(since: nil))

  /// Held by whoever puts one watcher in the place of another. Python's threads ask for that whenever
  /// they like, and there can be only one watcher in a process.
  private let turn = Mutex(())

  init(ignored: [String], logger: Logger) {
    self.ignored = ignored
    self.logger = logger
  }

  /// Whether a change may have been made that has not been reported. Any thread.
  var isUncertain: Bool {
    switch sight.withLock({ $0 }) {
    case .blind: true
    case .watching(let watcher): watcher.isUncertain
    case .impossible, .ended: false
    }
  }

  /// There will be a watcher soon: until then this is the tree as it was last reported.
  func expect(_ tree: TreeSnapshot) {
    sight.withLock { sight in
      if case .blind(since: nil) = sight { sight = .blind(since: tree) }
    }
  }

  /// The tree as it was last reported.
  func snapshot() -> TreeSnapshot? {
    switch sight.withLock({ $0 }) {
    case .blind(let tree): tree
    case .watching(let watcher): watcher.snapshot()
    case .impossible, .ended: nil
    }
  }

  /// Stands for the contents of some directories as far as they are known; nil if they are not.
  func fingerprint(of directories: [String]) -> UInt64? {
    sight.withLock(\.watcher)?.fingerprint(of: directories)
  }

  /// See `FileWatcher.duplicateOfQueue`.
  func duplicateOfQueue() -> OwnedDescriptor? {
    sight.withLock(\.watcher)?.duplicateOfQueue()
  }

  /// How many directories and files are watched.
  var statistics: (directories: Int, files: Int) {
    sight.withLock(\.watcher)?.statistics ?? (0, 0)
  }

  /// Watches from now on, in place of what was watched before, and misses nothing of what changes
  /// meanwhile. Blocks until every directory is watched. Does nothing once `stop` has been called.
  ///
  /// - Parameter purpose: asked when it is this call's turn: what is watched last is what is known last.
  func watch(
    _ purpose: () -> Purpose,
    since previous: TreeSnapshot?
  ) throws(WatchError) {
    try turn.withLock { _ throws(WatchError) in
      if case .ended = sight.withLock({ $0 }) { return }
      try replace(with: purpose(), since: previous)
    }
  }

  /// Ends the watch thread.
  func stop() {
    turn.withLock { _ in
      let last = sight.withLock { sight in
        defer { sight = .ended }
        return sight.watcher
      }
      last?.stop()
    }
  }

  private func replace(
    with purpose: Purpose,
    since previous: TreeSnapshot?
  ) throws(WatchError) {
    let old = sight.withLock(\.watcher)
    sight.withLock { $0 = .blind(since: old?.snapshot() ?? previous) }
    old?.stop()
    let new = FileWatcher(
      WatchConfiguration(roots: purpose.roots, ignore: ignored),
      previous: old?.snapshot() ?? previous,
      logger: logger,
      report: { report in
        switch report {
        case .touched: purpose.onTouch()
        case .saved(let changes): purpose.onSave(changes)
        case .settled(let changes, let isAsSaved): purpose.onChange(changes, isAsSaved)
        case .certain: purpose.onCertain()
        case .problem(let error): purpose.onProblem(error)
        }
      }
    )
    defer { purpose.onCertain() }
    do throws(WatchError) {
      try new.start()
      sight.withLock { $0 = .watching(new) }
    } catch {
      sight.withLock { $0 = .impossible }
      throw error
    }
  }
}
