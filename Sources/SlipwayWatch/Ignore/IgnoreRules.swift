/// Which files and directories are not watched: the built-in list, the configuration's patterns,
/// and the .gitignore files of the project at all levels.
///
/// A root that was given expressly is never ignored as a whole. The answers are about one entry of
/// a directory that is itself not ignored.
struct IgnoreRules {
  static let fileName = ".gitignore"

  private let roots: Set<String>
  private let configured: IgnoreFile
  private var files: [String: IgnoreFile] = [:]

  init(roots: [WatchRoot], ignore: [String]) {
    self.roots = Set(roots.map(\.path))
    configured = IgnoreFile(lines: ignore)
    for root in roots where root.kind == .directory { loadAbove(root.path) }
  }

  /// Reads the .gitignore file of `directory`, which may have come, changed or gone.
  mutating func load(_ directory: String) {
    let text = SmallFile.text(at: directory.appending(component: Self.fileName))
    files[directory] = text.map { IgnoreFile(text: $0) }
  }

  /// Forgets the .gitignore files of `path` and of the directories below it.
  mutating func unload(atOrBelow path: String) {
    files = files.filter { !$0.key.isAtOrBelow(path) }
  }

  /// What holds for the entries of `directory`.
  func scope(of directory: String) -> IgnoreScope {
    let components = directory.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
    var layers: [IgnoreScope.Layer] = []
    var isInRoot = false
    var current: String? = directory
    var depth = components.count
    while let path = current {
      if let file = files[path] { layers.append(.init(file: file, depth: depth)) }
      if roots.contains(path) {
        isInRoot = true
        // The configuration's patterns come before every .gitignore.
        layers.insert(.init(file: configured, depth: depth), at: 0)
      }
      current = path.parentDirectory
      depth -= 1
    }
    return IgnoreScope(
      directory: directory,
      components: components,
      layers: layers,
      roots: isInRoot ? roots : []
    )
  }

  /// Reads the .gitignore files between a root and the top of the work tree it is in. Outside a
  /// work tree those above the root mean nothing.
  private mutating func loadAbove(_ root: String) {
    var above: [String] = []
    var current: String? = root
    while let path = current {
      above.append(path)
      if SmallFile.exists(path.appending(component: ".git")) {
        for directory in above { load(directory) }
        return
      }
      current = path.parentDirectory
    }
  }
}

/// The ignore rules as they hold for the entries of one directory.
struct IgnoreScope {
  struct Layer {
    let file: IgnoreFile
    /// How many leading components belong to the directory that the file is in.
    let depth: Int
  }

  let directory: String
  let components: [[UInt8]]
  /// The first that has an opinion decides.
  let layers: [Layer]
  let roots: Set<String>

  func ignores(_ name: String, isDirectory: Bool) -> Bool {
    let bytes = Array(name.utf8)
    guard
      IgnoreFile.builtin.decision([bytes], isDirectory: isDirectory) == true
        || layeredDecision(bytes, isDirectory)
    else { return false }
    return !roots.contains(directory.appending(component: name))
  }

  private func layeredDecision(_ name: [UInt8], _ isDirectory: Bool) -> Bool {
    guard !layers.isEmpty else { return false }
    let path = components + [name]
    for layer in layers {
      if let decision = layer.file.decision(path[layer.depth...], isDirectory: isDirectory) {
        return decision
      }
    }
    return false
  }
}
