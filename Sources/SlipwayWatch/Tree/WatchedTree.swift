import SystemPackage

/// The directories that are watched, and the files in them as they were found and as they were
/// last reported.
///
/// Everything follows one rule, **watch, then look**: a directory is listed only after its watch
/// stands, so that whatever the listing missed makes an event. Events only say where to look again
/// (`dirty`, `suspects`); what is reported is the difference between the files now and the files as
/// last reported, so that a lost, doubled or reordered event can cost time, never truth.
///
/// Not `Sendable`: it belongs to the watch thread (to the caller of `FileWatcher.start` before).
final class WatchedTree {
  let configuration: WatchConfiguration
  let roots: [WatchRoot]
  let probe: EventQueueProbe
  private let report: (WatchError) -> Void

  /// Nil where events cannot be had: everything is polled.
  var tools: InotifyTools?
  var table = WatchTable()
  var rules: IgnoreRules

  /// As found.
  var tree = FileTree()
  /// As of the last report.
  private(set) var reported = FileTree()

  /// Where an event happened that has not been looked at.
  var dirty: Set<String> = []
  /// Of those, the files that nobody seems to be writing to: closed, put there whole, or gone before
  /// anybody knew of them.
  var whole: Set<String> = []
  /// As told while the burst was not over; nil if it has not been.
  private var saved: FileTree?
  /// Files whose record changed since the last report.
  var suspects: Set<String> = []
  /// Directories scanned in the present pass.
  var scanned: Set<String> = []

  /// Directories that have to be looked at from time to time.
  var polled: [String: PollReason] = [:]

  /// Directories watched for these entries alone, because a root may appear there.
  var anchors: [String: Set<String>] = [:]
  /// The directory that each root was when it was last scanned.
  var identities: [String: FileIdentity] = [:]
  /// Roots whose files have been recorded once: from then on differences are reported.
  var knownRoots: Set<String>

  /// Directories that symbolic links lead to, and the link that each is watched under.
  var links: [FileIdentity: String] = [:]
  /// Names of remote filesystems by device; nil for local ones.
  var remoteDevices: [UInt64: String?] = [:]

  /// Of every repository that a root is in, and of those found in the roots.
  var gitLock: GitLock

  /// Events were lost, or the queue is broken: everything has to be watched and looked at anew.
  var needsRenewal = false

  /// The root that is being recorded for the first time.
  var recordingRoot: String?

  /// How many bytes the first scan may still read for hashes.
  var hashBudget: Int64 = 64 << 20
  var buffer = [UInt8](repeating: 0, count: SmallFile.limit)
  private var reportedProblems: Set<String> = []

  init(
    _ configuration: WatchConfiguration,
    previous: TreeSnapshot?,
    probe: EventQueueProbe,
    report: @escaping (WatchError) -> Void
  ) {
    self.configuration = configuration
    self.probe = probe
    self.report = report
    // Parents before children; what was known before what is new, see `checkRoots`.
    let known = previous?.roots ?? []
    roots = configuration.roots.sorted {
      let (left, right) = (known.contains($0.path), known.contains($1.path))
      return left != right ? left : $0.path < $1.path
    }
    knownRoots = known
    gitLock = GitLock(roots: roots, limit: configuration.gitLockLimit)
    rules = IgnoreRules(roots: roots, ignore: configuration.ignore)
    if let previous { adopt(previous) }
  }

  /// Watches and scans everything. Returns how it differs from the previous generation's snapshot.
  func open() throws(WatchError) -> [Change] {
    if configuration.usesEvents { try openTools() }
    checkRoots()
    return difference()
  }

  /// Looks wherever something happened and returns what became of it, and whether that is what `save`
  /// has returned.
  func settle() -> (changes: [Change], isAsSaved: Bool) {
    guard needsRenewal || !dirty.isEmpty || !suspects.isEmpty else { return ([], false) }
    scanned = []
    if needsRenewal || tools?.isStale == true {
      renew()
    } else {
      checkRoots()
    }
    // Sorted: directories before what is in them.
    for path in dirty.sorted() { refresh(path) }
    let isAsSaved = isAsSaved
    return (difference(), isAsSaved)
  }

  /// What has been saved so far, once in a burst, and only if that is whole files and git is not at work:
  /// nil otherwise. All of it is part of what `settle` returns, too.
  func save() -> [Change]? {
    guard saved == nil, !needsRenewal, !dirty.isEmpty, dirty.isSubset(of: whole),
      !gitLock.isHeld()
    else { return nil }
    scanned = []
    for path in dirty.sorted() { refresh(path) }
    let changes = changes
    guard !changes.isEmpty else { return nil }
    saved = tree
    return changes
  }

  /// Whether nothing of what `save` returned is different by now, and nothing has come to it. To be asked
  /// between the looking and the reporting of `settle`.
  private var isAsSaved: Bool {
    saved.map { tree.changes(since: $0, at: suspects).isEmpty } ?? false
  }

  /// As found: after `open` and `settle` that is what they have returned the differences of.
  func snapshot() -> TreeSnapshot {
    TreeSnapshot(roots: Set(roots.map(\.path)), tree: tree)
  }

  /// Reports a problem, once as long as it lasts.
  func report(_ problem: WatchError, about path: String) {
    if reportedProblems.insert(problem.stableCode + path).inserted { report(problem) }
  }

  /// A problem is over: it may be reported again.
  func mended(_ code: WatchError.Code, about path: String) {
    reportedProblems.remove(code.rawValue + path)
  }

  private var changes: [Change] {
    tree.changes(since: reported, at: suspects)
      .filter {
        // A file that is still there and no longer in the tree has become ignored.
        $0.kind != .deleted || !SmallFile.isRegular($0.path)
      }
  }

  private func difference() -> [Change] {
    let changes = changes
    dirty = []
    whole = []
    suspects = []
    saved = nil
    reported = tree
    return changes
  }

  private func adopt(_ previous: TreeSnapshot) {
    tree.directories = previous.tree.directories.filter { path, _ in
      roots.contains { $0.kind == .directory && path.isAtOrBelow($0.path) }
    }
    tree.singles = previous.tree.singles.filter { path, _ in
      roots.contains { $0.kind == .file && path == $0.path }
    }
    reported = tree
  }

  /// Gives up every watch and begins again; what is known of the files stays, to compare with.
  private func renew() {
    needsRenewal = false
    table = WatchTable()
    polled = [:]
    identities = [:]
    anchors = [:]
    if tools != nil {
      tools = nil
      // Nobody can have become the owner in between but by intent; polling is right then too.
      do throws(WatchError) { try openTools() } catch { report(error) }
    }
    checkRoots()
  }

  private func openTools() throws(WatchError) {
    do throws(WatchError) {
      let tools = try InotifyTools()
      do throws(Errno) {
        try probe.attach(to: tools.descriptor)
        self.tools = tools
      } catch {
        throw .tooManyInstances(error)
      }
    } catch {
      if error.code == .alreadyWatching { throw error }
      report(error)
    }
  }
}

/// Why a directory is polled.
enum PollReason: Equatable {
  case noEvents, noWatches, unreadable, remote(String)

  /// For `--list-watched`.
  var text: String {
    switch self {
    case .noEvents: "polled: inotify cannot be used"
    case .noWatches: "polled: out of inotify watches"
    case .unreadable: "polled: unreadable"
    case .remote(let type): "polled too: \(type)"
    }
  }
}
