import Glibc
import SystemPackage

/// Asking the kernel to watch, and polling where it cannot.
extension WatchedTree {
  /// Watches one directory, or marks it to be polled. A directory that is not there is passed
  /// over: whoever lists it finds out.
  func watch(_ directory: String) {
    guard !table.contains(directory) else { return }
    guard let tools else {
      polled[directory] = .noEvents
      return
    }
    do throws(Errno) {
      table.insert(directory, watch: try tools.watch(directory))
      polled[directory] = nil
    } catch {
      switch error {
      case .noSuchFileOrDirectory, .notDirectory:
        return
      case .noSpace:
        polled[directory] = .noWatches
        // One is enough, whatever the directory.
        report(.tooManyWatches(directory, limit: InotifyLimit.watches.value), about: "")
      case .permissionDenied:
        beUnable(toRead: directory, error)
      default:
        polled[directory] = .noWatches
        report(.unwatchableDirectory(directory, error), about: directory)
      }
    }
  }

  /// Ends the watches of `path` and everything below it.
  func unwatch(_ path: String) {
    for watch in table.remove(path) { tools?.unwatch(watch) }
    if !polled.isEmpty { polled = polled.filter { !$0.key.isAtOrBelow(path) } }
    if !links.isEmpty { links = links.filter { !$0.value.isAtOrBelow(path) } }
  }

  func beUnable(toRead directory: String, _ error: Errno) {
    polled[directory] = .unreadable
    report(.unreadableDirectory(directory, error), about: directory)
  }

  /// Marks a directory to be polled whose filesystem others can change unnoticed. Its events are
  /// wanted nevertheless: they tell of the changes made here, at once.
  func pollIfRemote(_ directory: String, _ listing: OpenDirectory) {
    if polled[directory] == .unreadable {
      polled[directory] = nil
      mended(.unreadableDirectory, about: directory)
    }
    var status = stat()
    guard unsafe fstat(listing.descriptor, &status) == 0 else { return }
    let device = UInt64(status.st_dev)
    if remoteDevices[device] == nil {
      let name = FilesystemType.remoteName(at: directory)
      remoteDevices[device] = .some(name)
      if let name { report(.remoteFilesystem(directory, type: name), about: directory) }
    }
    if case .some(.some(let name)) = remoteDevices[device] { polled[directory] = .remote(name) }
  }

  /// Whether anything has to be looked at without an event.
  var needsPolling: Bool {
    !polled.isEmpty || !anchors.keys.allSatisfy { table.contains($0) }
  }

  private func isInRoot(_ directory: String) -> Bool {
    roots.contains { $0.kind == .directory && directory.isAtOrBelow($0.path) }
  }

  /// Looks at what is polled; also tries to watch it again. Returns a path that changed.
  func poll() -> String? {
    scanned = []
    checkRoots()
    // Not those that are anchors only: of them just the roots matter, which have been looked at.
    for directory in polled.keys.sorted() where isInRoot(directory) {
      scan(directory, isDeep: false)
    }
    return suspects.min()
  }
}
