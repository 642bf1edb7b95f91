/// The watched directories and the files in them, as they were found. A value: a copy stays as it
/// was, and copies share what did not change.
struct FileTree: Sendable, Equatable {
  struct Directory: Sendable, Equatable {
    var files: [String: FileRecord] = [:]
    var subdirectories: Set<String> = []
  }

  /// By path. Every directory in it is known whole, except for what is ignored.
  var directories: [String: Directory] = [:]

  /// Files that are roots themselves, by path.
  var singles: [String: FileRecord] = [:]

  func record(at path: String) -> FileRecord? {
    if let single = singles[path] { return single }
    guard let directory = path.parentDirectory else { return nil }
    return directories[directory]?.files[path.lastComponent]
  }

  var fileCount: Int {
    directories.values.reduce(singles.count) { $0 + $1.files.count }
  }

  /// Takes out the directory and everything below it. Returns the paths of the files that went.
  mutating func removeDirectory(_ path: String) -> [String] {
    guard let directory = directories.removeValue(forKey: path) else { return [] }
    if let parent = path.parentDirectory {
      directories[parent]?.subdirectories.remove(path.lastComponent)
    }
    var files = directory.files.keys.map { path.appending(component: $0) }
    for name in directory.subdirectories {
      files += removeDirectory(path.appending(component: name))
    }
    return files
  }

  /// How the files at `paths` differ in content from what they were in `earlier`, sorted by path.
  func changes(since earlier: FileTree, at paths: Set<String>) -> [Change] {
    paths.sorted()
      .compactMap { path in
        switch (earlier.record(at: path), record(at: path)) {
        case (nil, nil): nil
        case (nil, .some): Change(path: path, kind: .created)
        case (.some, nil): Change(path: path, kind: .deleted)
        case (.some(let old), .some(let new)):
          old.hasContent(of: new) ? nil : Change(path: path, kind: .modified)
        }
      }
  }
}
