package import SlipwayCore

extension ErrorPage {
  /// The page with the lines that would have found what is missing, if it is nearby. Blocks, up to a
  /// second.
  /// - Parameter directory: that of the configuration file, which paths are written relative to.
  package func proposing(from search: NearbySearch, fileIn directory: String) -> ErrorPage {
    let found = search.find(MissingThing.all(in: self))
    guard !found.isEmpty else { return self }
    var page = self
    page.sections.insert(
      .facts(
        heading: search.paths.entries.isEmpty
          ? "Found nearby. Add to slipway.yaml"
          : "Found nearby. Put below search-paths in slipway.yaml",
        found.map { thing, entry in
          Fact(thing.name, entry.line(into: search.paths, relativeTo: directory))
        }
      ),
      at: 0
    )
    return page
  }
}

extension SearchPaths.Entry {
  /// The line for the configuration file, as it goes where search paths are.
  fileprivate func line(into paths: SearchPaths, relativeTo directory: String) -> String {
    let path = path.relative(to: directory).yamlQuoted
    if paths.entries.isEmpty { return "search-paths: {\(kind.rawValue): \(path)}" }
    let existing = paths[kind].map { $0.relative(to: directory).yamlQuoted }
    guard !existing.isEmpty else { return "\(kind.rawValue): \(path)" }
    let list = (existing + [path]).joined(separator: ", ")
    return "\(kind.rawValue): [\(list)]"
  }
}

extension String {
  /// As it is written in a file of `directory`: below it, and beside it, relative.
  fileprivate func relative(to directory: String) -> String {
    if self == directory { return "." }
    if hasPrefix(directory + "/") { return String(dropFirst(directory.count + 1)) }
    let parent = directory.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    guard !parent.isEmpty, hasPrefix(parent + "/") else { return self }
    return "../" + dropFirst(parent.count + 1)
  }

  /// A scalar inside a flow collection of YAML.
  fileprivate var yamlQuoted: String {
    let isPlain = utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "/._-+".utf8.contains(byte)
      }
    }
    if isPlain, !isEmpty { return self }
    return "\"" + replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
