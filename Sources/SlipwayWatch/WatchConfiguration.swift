/// What is watched and how patiently.
package struct WatchConfiguration: Sendable, Equatable {
  package var roots: [WatchRoot]

  /// Patterns in .gitignore syntax beyond the built-in ones and the project's own .gitignore files.
  /// They are read relative to each root, and win over .gitignore: `!public/dist` watches what git
  /// ignores.
  package var ignore: [String]

  /// A burst of changes has settled when nothing relevant has happened for this long. What comes later
  /// cancels the build that has begun, and costs no more than that.
  package var quiet: Duration = .milliseconds(10)

  /// A burst settles this long after it began even when it goes on, so that a file which is
  /// written again and again cannot put everything off.
  package var cap: Duration = .milliseconds(250)

  /// While git's `index.lock` exists and is younger than this, nothing settles: a checkout of
  /// thousands of files is one change. The age bounds it, so that the lock of a git that crashed
  /// delays nothing.
  package var gitLockLimit: Duration = .seconds(5)

  /// How often directories are looked at that the kernel cannot watch for us: on network
  /// filesystems, beyond the limit of watches, or unreadable.
  package var pollInterval: Duration = .milliseconds(500)

  /// False where events are known not to arrive: everything is polled then.
  package var usesEvents = true

  package init(roots: [WatchRoot], ignore: [String] = []) {
    self.roots = roots
    self.ignore = ignore
  }
}
