import SystemPackage

/// A directory tree, or a single file, that is to be watched.
///
/// The root need not exist: it is then waited for. A root that is a symbolic link is watched where
/// the link points, its changes bear the path given here, and a change of the link is noticed.
package struct WatchRoot: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case directory
    /// Watched through its directory, because a save by rename replaces the file itself.
    case file
  }

  /// Absolute, without `.` and `..` components and without a trailing slash.
  package let path: String
  package let kind: Kind

  /// Why it is watched, as `--list-watched` shows it: `Swift package of mount /`.
  package let reason: String

  package init(directory path: String, reason: String) {
    self.init(path: path, kind: .directory, reason: reason)
  }

  package init(file path: String, reason: String) {
    self.init(path: path, kind: .file, reason: reason)
  }

  private init(path: String, kind: Kind, reason: String) {
    self.path = FilePath(path).lexicallyNormalized().string
    self.kind = kind
    self.reason = reason
  }
}
