import Glibc

/// What an event means.
extension WatchedTree {
  /// Takes note of an event. Returns the path it is about if it is relevant, nil if it concerns
  /// nobody.
  func handle(_ event: InotifyEvent) -> String? {
    if event.isOverflow {
      needsRenewal = true
      report(.queueOverflow(limit: InotifyLimit.queuedEvents.value), about: "overflow")
      mended(.queueOverflow, about: "overflow")
      return roots.first?.path
    }
    let directories = table.paths(of: event.watch)
    if event.isEndOfWatch {
      if !directories.isEmpty { tools?.didEnd(event.watch) }
      for directory in directories { _ = table.removeAlone(directory) }
      return nil
    }
    if event.isAboutWatchedDirectory {
      for directory in directories { lose(directory) }
      return directories.min()
    }
    guard let name = event.name else { return nil }
    return directories.compactMap { handle(event, name, in: $0) }.min()
  }

  /// The directory is no longer at its path, or the path's file system is gone.
  private func lose(_ directory: String) {
    unwatch(directory)
    dirty.insert(directory)
    if roots.contains(where: { $0.path == directory }) { identities[directory] = nil }
  }

  private func handle(_ event: InotifyEvent, _ name: String, in directory: String) -> String? {
    let path = directory.appending(component: name)
    if anchors[directory]?.contains(name) == true {
      // A root, or a directory on the way to one: `checkRoots` looks at all of them.
      for root in roots where root.path.isAtOrBelow(path) {
        dirty.insert(root.path)
        if root.kind == .directory, !(root.path == path && event.isDirectory) {
          identities[root.path] = nil
          unwatch(root.path)
        }
      }
      return path
    }
    if name == GitLock.directoryName { gitLock.add(workTree: directory) }
    guard tree.directories[directory] != nil,
      !rules.scope(of: directory).ignores(name, isDirectory: event.isDirectory)
    else { return nil }
    dirty.insert(path)
    if event.isWholeFile || (event.isDeparture && reported.record(at: path) == nil) {
      whole.insert(path)
    } else {
      whole.remove(path)
    }
    if name == IgnoreRules.fileName || name == IgnoreFile.virtualEnvironmentMarker {
      // What is watched in the directory may be another matter now.
      dirty.insert(directory)
    }
    if event.isDirectory || table.contains(path) || isLink(path) {
      // Whatever was watched under this name is not there any more, or under another name.
      unwatch(path)
      if event.isArrival {
        // At once, so that what happens below prolongs the burst.
        scanned = []
        refresh(path)
      }
    }
    return path
  }

  private func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.isSymbolicLink
  }
}
