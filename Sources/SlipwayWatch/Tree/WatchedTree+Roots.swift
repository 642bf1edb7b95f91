import Glibc

/// Roots that are missing, come back, are replaced, or are single files.
extension WatchedTree {
  /// Whether differences are not yet reported because the root is being recorded for the first time.
  var isFirstScan: Bool { recordingRoot != nil }

  /// Scans every root that is not the directory it was, and sees to it that a root which may come,
  /// go or change without an event of its own is watched for from outside.
  ///
  /// The outer loop is *watch, then look* once more: it ends when the anchors that are needed after
  /// looking at the roots are those that stood before.
  func checkRoots() {
    for _ in 1...16 {
      placeAnchors()
      for root in roots { check(root) }
      if neededAnchors() == anchors { return }
    }
  }

  private func check(_ root: WatchRoot) {
    let isKnown = knownRoots.contains(root.path)
    // A root that the last generation did not have begins with what is there: nothing changed.
    let before = suspects
    if !isKnown { recordingRoot = root.path }
    switch root.kind {
    case .file: refresh(root.path)
    case .directory: checkDirectory(root)
    }
    if !isKnown {
      recordingRoot = nil
      suspects = before
      knownRoots.insert(root.path)
    }
  }

  private func checkDirectory(_ root: WatchRoot) {
    var status = stat()
    guard unsafe stat(root.path, &status) == 0, status.isDirectory else {
      if identities.removeValue(forKey: root.path) != nil || tree.directories[root.path] != nil {
        forget(root.path)
      }
      report(.rootMissing(root), about: root.path)
      return
    }
    mended(.rootMissing, about: root.path)
    let identity = FileIdentity(status)
    if let known = identities[root.path] {
      if known == identity { return }
      unwatch(root.path)
      scanned.remove(root.path)
    }
    identities[root.path] = identity
    scan(root.path, isDeep: true)
  }

  private func placeAnchors() {
    for _ in 1...16 {
      let needed = neededAnchors()
      for directory in anchors.keys where needed[directory] == nil {
        guard tree.directories[directory] == nil else { continue }
        for watch in table.removeAlone(directory) { tools?.unwatch(watch) }
        if polled[directory] != nil { polled[directory] = nil }
      }
      anchors = needed
      for directory in needed.keys { watch(directory) }
      if neededAnchors() == needed { return }
    }
  }

  /// For a single file its directory; for a root that is a link the link's directory; for whatever
  /// is missing the nearest directory above it that is there.
  private func neededAnchors() -> [String: Set<String>] {
    var needed: [String: Set<String>] = [:]
    for root in roots {
      var status = stat()
      let isThere = unsafe lstat(root.path, &status) == 0
      if root.kind == .directory, isThere, status.isDirectory { continue }
      var path = root.path
      while let parent = path.parentDirectory {
        if unsafe stat(parent, &status) == 0, status.isDirectory {
          needed[parent, default: []].insert(path.lastComponent)
          break
        }
        path = parent
      }
    }
    return needed
  }
}
