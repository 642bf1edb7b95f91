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

    /// A burst of changes has settled. The watcher is uncertain until this returns, so that a gate
    /// closed here leaves no instant at which a save that has returned is not seen.
    var onChange: @Sendable ([Change]) -> Void

    /// Nothing is uncertain any more: exchanges that were held for that may be asked about again.
    var onCertain: @Sendable () -> Void

    var onProblem: @Sendable (WatchError) -> Void
  }

  private let ignored: [String]
  private let logger: Logger

  private enum Sight {
    /// There is no watcher yet, or it is being replaced: anything may have changed.
    case blind
    case watching(FileWatcher)
    /// Nothing can be watched: the server goes on without.
    case impossible

    var watcher: FileWatcher? {
      if case .watching(let watcher) = self { watcher } else { nil }
    }
  }

  private let sight = Mutex(Sight.blind)

  init(ignored: [String], logger: Logger) {
    self.ignored = ignored
    self.logger = logger
  }

  /// Whether a change may have been made that has not been reported. Any thread.
  var isUncertain: Bool {
    switch sight.withLock({ $0 }) {
    case .blind: true
    case .watching(let watcher): watcher.isUncertain
    case .impossible: false
    }
  }

  /// The tree as it was last reported.
  func snapshot() -> TreeSnapshot? {
    sight.withLock(\.watcher)?.snapshot()
  }

  /// Stands for the contents of some directories as far as they are known; nil if they are not.
  func fingerprint(of directories: [String]) -> UInt64? {
    sight.withLock(\.watcher)?.fingerprint(of: directories)
  }

  /// How many directories and files are watched.
  var statistics: (directories: Int, files: Int) {
    sight.withLock(\.watcher)?.statistics ?? (0, 0)
  }

  /// Watches from now on, in place of what was watched before, and misses nothing of what changes
  /// meanwhile. Blocks until every directory is watched.
  func watch(_ purpose: Purpose, since previous: TreeSnapshot?) throws(WatchError) {
    let old = sight.withLock { sight in
      defer { sight = .blind }
      return sight.watcher
    }
    old?.stop()
    let new = FileWatcher(
      WatchConfiguration(roots: purpose.roots, ignore: ignored),
      previous: old?.snapshot() ?? previous,
      logger: logger,
      report: { report in
        switch report {
        case .touched: purpose.onTouch()
        case .settled(let changes): if !changes.isEmpty { purpose.onChange(changes) }
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

  /// Ends the watch thread.
  func stop() {
    sight.withLock(\.watcher)?.stop()
  }
}
