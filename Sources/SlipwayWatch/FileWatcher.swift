package import Logging
package import SlipwaySystem
import Synchronization
import SystemPackage

/// Watches directory trees and single files, and tells when contents have changed.
///
/// One at a time in a process, because libinotifytools is process-global. It has one thread of its
/// own, which is also the one that calls `report`; each call must return soon. A watcher that has
/// been stopped is not started again: make another.
///
/// What it does not see: a file that a symbolic link leads to outside the roots (directories that
/// links lead to are watched), and changes on network filesystems until they are polled.
package final class FileWatcher: Sendable {
  private enum Life: Sendable {
    case new
    case starting
    case running(Running)
    case stopped
  }

  private struct Running {
    let thread: NamedThread
    /// Has the thread end.
    let end: WakeUp
  }

  private let configuration: WatchConfiguration
  private let previous: TreeSnapshot?
  private let logger: Logger
  private let report: @Sendable (WatchReport) -> Void
  private let state = WatchState()
  private let life = Mutex(Life.new)

  /// - Parameters:
  ///   - previous: what the last generation knew; nil begins with the tree as it is.
  ///   - report: called on the caller's thread inside `start`, then on the watch thread. It must
  ///     not call `stop`.
  package init(
    _ configuration: WatchConfiguration,
    previous: TreeSnapshot?,
    logger: Logger,
    report: @escaping @Sendable (WatchReport) -> Void
  ) {
    self.configuration = configuration
    self.previous = previous
    self.logger = logger
    self.report = report
  }

  deinit {
    stop()
  }

  /// Watches and scans every directory, then starts the thread. When it returns, every save made
  /// since it was called is either reported or makes `isUncertain` true.
  ///
  /// Before it returns it delivers exactly one `.settled`: with the differences to `previous`, or
  /// empty.
  package func start() throws(WatchError) {
    let isNew = life.withLock { life in
      guard case .new = life else { return false }
      life = .starting
      return true
    }
    guard isNew else { throw .alreadyWatching }
    do throws(WatchError) {
      let running = try launch()
      let isWanted = life.withLock { life in
        guard case .starting = life else { return false }
        life = .running(running)
        return true
      }
      if !isWanted {
        // `stop` came first.
        running.end.ring()
        running.thread.join()
      }
    } catch {
      life.withLock { $0 = .stopped }
      state.probe.detach()
      state.clearMark()
      throw error
    }
  }

  /// Whether a file may have changed in a way that has not been reported: the answer that a request
  /// needs before it is dispatched. Any thread; one system call, no lock, no wait.
  ///
  /// **Ask this before looking at anything that the reports change** (the gate): a change that was
  /// reported between the two questions is then seen by the second. After each period in which this
  /// was true exactly one `.settled` follows. Says nothing about what is polled. False before
  /// `start` and after `stop`.
  package var isUncertain: Bool { state.isUncertain }

  /// The tree as last reported: what a next generation has to be given as `previous` in order to
  /// notice all that was not. A change is in it once its report has returned, not before.
  package func snapshot() -> TreeSnapshot {
    state.published.withLock { $0.reported }
  }

  /// Stands for the contents of some directories as far as they are known, the changes that are
  /// being reported included.
  package func fingerprint(of directories: [String]) -> UInt64 {
    state.published.withLock { $0.newest }.fingerprint(of: directories)
  }

  /// Every watched directory and single file, sorted, and why it is watched.
  package var watched: [(path: String, reason: String)] {
    let published = state.published.withLock { $0 }
    let tree = published.newest.tree
    let singles = configuration.roots.filter { $0.kind == .file }.map(\.path)
    return Set(tree.directories.keys).union(singles).union(published.polled.keys).sorted()
      .map {
        let reason = reason(for: $0)
        return (path: $0, reason: published.polled[$0].map { "\(reason) (\($0))" } ?? reason)
      }
  }

  /// How many directories and files are watched.
  package var statistics: (directories: Int, files: Int) {
    state.published.withLock { ($0.directoryCount, $0.fileCount) }
  }

  /// One more descriptor of the inotify instance, close-on-exec; nil if there is none.
  ///
  /// The last descriptor that is closed waits for the kernel to be done with every watch, some 20 ms
  /// (`synchronize_srcu` in `fsnotify_destroy_group`), and execve(2) closes as anybody does: who is in a
  /// hurry takes this one along and closes it later.
  package func duplicateOfQueue() -> OwnedDescriptor? { state.probe.duplicate() }

  /// Ends the thread and waits for it. Nothing is reported afterwards. May be called twice.
  package func stop() {
    let running = life.withLock { life -> Running? in
      defer { life = .stopped }
      guard case .running(let running) = life else { return nil }
      return running
    }
    guard let running else { return }
    running.end.ring()
    if !running.thread.isCurrent { running.thread.join() }
  }

  private func launch() throws(WatchError) -> Running {
    let began = ContinuousClock.now
    state.setMark()
    let loop = try openLoop()
    state.clearMark()
    let statistics = statistics
    logger.debug(
      "Watching files",
      metadata: [
        "directories": "\(statistics.directories)", "files": "\(statistics.files)",
        "took": "\(ContinuousClock.now - began)",
      ]
    )
    // The loop is used by nobody but the new thread from here on.
    nonisolated(unsafe) let threadLoop = loop
    do throws(Errno) {
      let end = try WakeUp()
      let thread = try NamedThread("slipway-watch") { unsafe threadLoop.run(until: end) }
      return Running(thread: thread, end: end)
    } catch {
      throw .noThread(error)
    }
  }

  private func openLoop() throws(WatchError) -> WatchLoop {
    let (report, logger) = (report, logger)
    let tree = WatchedTree(configuration, previous: previous, probe: state.probe) { problem in
      logger.debug("File watching is impaired", metadata: ["error": "\(problem)"])
      report(.problem(problem))
    }
    let changes = try tree.open()
    state.publish(tree) { report(.settled(changes, asSaved: false)) }
    return WatchLoop(tree, state, report: report)
  }

  /// The reason of the nearest root.
  private func reason(for path: String) -> String {
    configuration.roots.filter { path.isAtOrBelow($0.path) }
      .max { $0.path.utf8.count < $1.path.utf8.count }?
      .reason ?? "a root may appear here"
  }
}
