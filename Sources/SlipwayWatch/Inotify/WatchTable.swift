/// Which directory is watched by which watch descriptor.
///
/// One descriptor may stand for several paths, because the kernel gives one to an inode and
/// symbolic links lead to it from elsewhere.
struct WatchTable {
  private struct Node {
    var watch: Int32
    var children: Set<String> = []
  }

  private var nodes: [String: Node] = [:]
  private var pathsByWatch: [Int32: Set<String>] = [:]

  var count: Int { nodes.count }

  func contains(_ path: String) -> Bool {
    nodes[path] != nil
  }

  func paths(of watch: Int32) -> Set<String> {
    pathsByWatch[watch] ?? []
  }

  /// Notes that `path`, which was not in the table, is watched by `watch`.
  mutating func insert(_ path: String, watch: Int32) {
    nodes[path] = Node(watch: watch)
    pathsByWatch[watch, default: []].insert(path)
    if let parent = path.parentDirectory {
      nodes[parent]?.children.insert(path.lastComponent)
    }
  }

  /// Takes out `path` and everything below it. Returns the watches that no path needs any more.
  mutating func remove(_ path: String) -> [Int32] {
    guard let node = nodes.removeValue(forKey: path) else { return [] }
    if let parent = path.parentDirectory {
      nodes[parent]?.children.remove(path.lastComponent)
    }
    var unused: [Int32] = []
    pathsByWatch[node.watch]?.remove(path)
    if pathsByWatch[node.watch]?.isEmpty == true {
      pathsByWatch[node.watch] = nil
      unused.append(node.watch)
    }
    for name in node.children {
      unused += remove(path.appending(component: name))
    }
    return unused
  }

  /// Takes out `path` alone. Returns its watch if no other path needs it.
  mutating func removeAlone(_ path: String) -> [Int32] {
    nodes[path]?.children = []
    return remove(path)
  }
}
