import Glibc

/// Tells whether git is changing the work tree: it holds `index.lock` from before the first file it
/// writes until after the last (git-checkout, gitrepository-layout).
struct GitLock {
  static let directoryName = ".git"

  private var paths: Set<String> = []
  private let limit: Duration

  /// Finds the repositories that the roots are in. A lock older than `limit` belongs to a git that
  /// crashed, or works on something huge, and is not waited for.
  init(roots: [WatchRoot], limit: Duration) {
    self.limit = limit
    for root in roots {
      var directory: String? = root.path
      while let current = directory, !add(workTree: current) { directory = current.parentDirectory }
    }
  }

  /// Minds the repository of the work tree whose top is `directory`. Returns whether it is one.
  @discardableResult
  mutating func add(workTree directory: String) -> Bool {
    guard let git = Self.gitDirectory(of: directory) else { return false }
    paths.insert(git.appending(component: "index.lock"))
    return true
  }

  func isHeld() -> Bool {
    paths.contains { path in
      var status = stat()
      guard unsafe lstat(path, &status) == 0 else { return false }
      var now = timespec()
      guard unsafe clock_gettime(CLOCK_REALTIME, &now) == 0 else { return false }
      return .nanoseconds(now.nanoseconds &- status.st_ctim.nanoseconds) < limit
    }
  }

  /// `.git` is a directory or, in a linked work tree and in a submodule, a file that names it:
  /// `gitdir: PATH`.
  private static func gitDirectory(of workTree: String) -> String? {
    let git = workTree.appending(component: directoryName)
    var status = stat()
    guard unsafe stat(git, &status) == 0 else { return nil }
    if status.isDirectory { return git }
    guard let text = SmallFile.text(at: git), text.hasPrefix("gitdir: ") else { return nil }
    let named = String(text.dropFirst("gitdir: ".count).prefix { !$0.isNewline })
    return named.hasPrefix("/") ? named : workTree.appending(component: named)
  }
}
