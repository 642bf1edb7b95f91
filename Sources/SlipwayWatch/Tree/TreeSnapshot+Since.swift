extension TreeSnapshot {
  /// Whether a file in these directories has been written, made or moved at or after `moment`, in
  /// nanoseconds since the epoch. Goes by the time that no program can set back.
  package func hasChanges(since moment: Int64, in directories: [String]) -> Bool {
    tree.directories.contains { path, directory in
      directories.contains { path.isAtOrBelow($0) }
        && directory.files.values.contains { $0.statusChanged >= moment }
    }
  }
}
