import Synchronization

/// What the watch thread shares with all others.
final class WatchState: Sendable {
  struct Published: Sendable {
    /// The tree as far as it is known; what is new in it is about to be reported.
    var newest = TreeSnapshot(roots: [], tree: FileTree())
    /// The tree of which every difference has been reported.
    var reported = TreeSnapshot(roots: [], tree: FileTree())
    var polled: [String: String] = [:]
    var directoryCount = 0
    var fileCount = 0
  }

  let probe = EventQueueProbe()
  let published = Mutex(Published())

  /// The *uncertain* mark. Written by the watch thread only (by the caller of `start` before).
  private let mark = Atomic(false)

  /// # Certainty
  ///
  /// From the moment in which a save returns, until its report has been delivered, one of these can
  /// be seen: unread bytes in the inotify queue, or the mark. Writer and readers keep to an order:
  ///
  /// - The kernel queues the event before the system call that saves (close(2), rename(2))
  ///   returns. So a save that has returned is in the queue.
  /// - The watch thread sets the mark *before* it takes the first byte out of the queue, and takes
  ///   out all of it: what the library has read ahead is nowhere to be seen.
  /// - It clears the mark only *after* the report on all that it took out has returned. The report
  ///   is called synchronously, so the receiver has closed its gate by then. Bytes that arrived
  ///   meanwhile are still in the queue.
  /// - A reader asks the queue *first* and the mark *second*. Were it the other way round, the
  ///   thread could set the mark and empty the queue between the two questions, and both answers
  ///   would be no. In this order an empty queue means that the event was taken out before, hence
  ///   after the mark was set; so either the mark still stands, or the report is delivered.
  ///
  /// For the same reason whoever asks must ask this *before* it looks at what the reports changed.
  var isUncertain: Bool {
    probe.hasUnread || mark.load(ordering: .sequentiallyConsistent)
  }

  /// Whether the mark stands.
  var isMarked: Bool { mark.load(ordering: .sequentiallyConsistent) }

  func setMark() {
    mark.store(true, ordering: .sequentiallyConsistent)
  }

  func clearMark() {
    mark.store(false, ordering: .sequentiallyConsistent)
  }

  /// Makes the state of the tree visible to other threads, and what it has become known for once
  /// `report` has returned: whoever compares with that later misses nothing.
  func publish(_ tree: WatchedTree, reporting report: () -> Void) {
    publish(tree)
    report()
    published.withLock { $0.reported = $0.newest }
  }

  /// Makes visible what has been found and is not reported as settled yet.
  func publishNewest(of tree: WatchedTree) {
    let snapshot = tree.snapshot()
    published.withLock { $0.newest = snapshot }
  }

  private func publish(_ tree: WatchedTree) {
    let snapshot = tree.snapshot()
    let polled = tree.polled.mapValues(\.text)
    let counts = (directories: tree.tree.directories.count, files: tree.tree.fileCount)
    published.withLock {
      $0.newest = snapshot
      $0.polled = polled
      $0.directoryCount = counts.directories
      $0.fileCount = counts.files
    }
  }
}
