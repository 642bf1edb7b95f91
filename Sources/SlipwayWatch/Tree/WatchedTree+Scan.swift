import Glibc
import SystemPackage

/// Looking at the disk: directories whole, single paths, and what is no longer there.
extension WatchedTree {
  /// Watches `directory`, then records what is in it. `isDeep`: also in the directories below that
  /// are known already; those that are not known are always scanned.
  ///
  /// A directory that is gone, or not to be watched, is forgotten.
  func scan(_ directory: String, isDeep: Bool) {
    guard scanned.insert(directory).inserted else { return }
    guard !isVirtualEnvironment(directory) else { return forget(directory) }
    watch(directory)
    let listing: OpenDirectory
    do throws(Errno) {
      listing = try OpenDirectory(directory)
    } catch {
      switch error {
      case .noSuchFileOrDirectory, .notDirectory: forget(directory)
      default: beUnable(toRead: directory, error)
      }
      return
    }
    pollIfRemote(directory, listing)
    rules.load(directory)
    let old = tree.directories[directory] ?? FileTree.Directory()
    let new = list(listing, at: directory, old)
    tree.directories[directory] = new
    for name in old.files.keys where new.files[name] == nil {
      suspects.insert(directory.appending(component: name))
    }
    for name in old.subdirectories.subtracting(new.subdirectories) {
      forget(directory.appending(component: name))
    }
    for name in new.subdirectories {
      let path = directory.appending(component: name)
      if isDeep || tree.directories[path] == nil { scan(path, isDeep: true) }
    }
  }

  /// Looks again at a path where something happened.
  func refresh(_ path: String) {
    let kinds = roots.filter { $0.path == path }.map(\.kind)
    let isRoot = !kinds.isEmpty
    guard let parent = path.parentDirectory, isRoot || tree.directories[parent] != nil else {
      return
    }
    let tick = FileRecord.tick()
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return forget(path) }
    let name = path.lastComponent
    if !isRoot, rules.scope(of: parent).ignores(name, isDirectory: isDirectory(path)) {
      forget(path)
    } else if status.isDirectory {
      forgetFile(path)
      // A directory in the place of a single file is nothing to watch.
      let isWanted =
        isRoot
        ? kinds.contains(.directory) : isDirectory(path) || follows(path, in: parent, status)
      guard isWanted else { return forget(path) }
      tree.directories[parent]?.subdirectories.insert(name)
      scan(path, isDeep: true)
    } else if status.isRegularFile {
      forgetDirectory(path)
      update(path, in: parent, status, tick)
    } else {
      forget(path)
    }
  }

  /// Nothing is watched or known any more at `path` and below.
  func forget(_ path: String) {
    forgetFile(path)
    forgetDirectory(path)
  }

  private func forgetFile(_ path: String) {
    if tree.singles.removeValue(forKey: path) != nil { suspects.insert(path) }
    guard let parent = path.parentDirectory else { return }
    if tree.directories[parent]?.files.removeValue(forKey: path.lastComponent) != nil {
      suspects.insert(path)
    }
  }

  private func forgetDirectory(_ path: String) {
    unwatch(path)
    suspects.formUnion(tree.removeDirectory(path))
    if let parent = path.parentDirectory {
      tree.directories[parent]?.subdirectories.remove(path.lastComponent)
    }
    rules.unload(atOrBelow: path)
  }

  private func update(_ path: String, in parent: String, _ status: stat, _ tick: Int64) {
    let old = tree.record(at: path)
    let new = record(AT_FDCWD, path, status, tick, old)
    if new != old { suspects.insert(path) }
    if roots.contains(where: { $0.kind == .file && $0.path == path }) { tree.singles[path] = new }
    tree.directories[parent]?.files[path.lastComponent] = new
  }

  private func list(
    _ listing: OpenDirectory,
    at directory: String,
    _ old: FileTree.Directory
  ) -> FileTree.Directory {
    // Before the first look at a file: see `FileRecord.isRacy`.
    let tick = FileRecord.tick()
    let scope = rules.scope(of: directory)
    var new = FileTree.Directory()
    while let entry = listing.next() {
      if entry.name == GitLock.directoryName { gitLock.add(workTree: directory) }
      if scope.ignores(entry.name, isDirectory: entry.type == DT_DIR) { continue }
      if entry.type == DT_DIR {
        new.subdirectories.insert(entry.name)
        continue
      }
      guard let status = listing.status(of: entry.name) else { continue }
      let path = directory.appending(component: entry.name)
      if status.isDirectory {
        if entry.type != DT_LNK || follows(path, in: directory, status) {
          new.subdirectories.insert(entry.name)
        }
      } else if status.isRegularFile {
        let known = old.files[entry.name]
        let found = record(listing.descriptor, entry.name, status, tick, known)
        if found != known { suspects.insert(path) }
        new.files[entry.name] = found
      }
    }
    return new
  }

  /// Records a file; reads it only if its stamp is not the known one.
  ///
  /// A file never seen before is read at the first scan only if it is at most 64 KiB, and the files
  /// read then do not exceed `hashBudget` together. For the others the first save counts as a
  /// change even if it changes nothing.
  private func record(
    _ directory: Int32,
    _ name: String,
    _ status: stat,
    _ tick: Int64,
    _ old: FileRecord?
  ) -> FileRecord {
    var record = FileRecord(status, tick: tick)
    if let old, old.hasStamp(of: record) {
      record.hash = old.hash
      return record
    }
    if isFirstScan {
      guard record.size <= 64 << 10, record.size <= hashBudget else { return record }
      hashBudget -= record.size
    }
    guard record.size <= SmallFile.limit,
      let count = SmallFile.read(directory, name, into: &buffer)
    else { return record }
    record.hash = ContentHash.of(buffer[..<count])
    return record
  }

  /// Whether the link at `path`, which leads to a directory, is to be followed: not to a directory
  /// that it is in itself, and not to one that another link leads to already. So every directory is
  /// watched under at most two paths, and no loop is walked twice.
  private func follows(_ path: String, in parent: String, _ target: stat) -> Bool {
    let identity = FileIdentity(target)
    if let other = links[identity] { return other == path }
    guard let real = Self.realPath(path), let realParent = Self.realPath(parent),
      !realParent.isAtOrBelow(real)
    else { return false }
    links[identity] = path
    return true
  }

  /// Whether there is a directory, not a link to one.
  private func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.isDirectory
  }

  private func isVirtualEnvironment(_ directory: String) -> Bool {
    SmallFile.exists(directory.appending(component: IgnoreFile.virtualEnvironmentMarker))
      && !roots.contains { $0.path == directory }
  }

  static func realPath(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(validatingCString: resolved)
  }
}
