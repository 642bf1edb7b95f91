import FoundationEssentials

/// What the sources of one module declare and use, as compilers have told when each was compiled last.
///
/// To read it takes milliseconds, so it is read while there is nothing else to do (`ProductBuild.prepare`)
/// and serves as long as it is of the files that a replay wants.
struct ModuleGraph {
  let sources: [String: ReferenceDependencies]
  let invalidation: Invalidation
  /// By source, the file that it was read from. A file's content does not change while there is a plan.
  private let files: [String: String]

  init(
    of module: ReplayPlan.Module,
    _ units: [String: ReplayState.Unit]
  ) throws(Doubt) {
    var sources: [String: ReferenceDependencies] = [:]
    let files = try Self.files(of: module, units)
    for (source, file) in files { sources[source] = try Self.read(file, of: source) }
    self.sources = sources
    self.files = files
    invalidation = Invalidation(sources)
  }

  /// Whether it is what would be read now.
  func isOf(_ module: ReplayPlan.Module, _ units: [String: ReplayState.Unit]) -> Bool {
    (try? Self.files(of: module, units)) == files
  }

  static func read(_ file: String, of source: String) throws(Doubt) -> ReferenceDependencies {
    guard let content = FileManager.default.contents(atPath: file),
      let graph = ReferenceDependencies(Array(content), of: source)
    else { throw Doubt("what \(source) declares is not known") }
    return graph
  }

  /// Bytes in the files, as far as they are there.
  static func size(of module: ReplayPlan.Module, _ units: [String: ReplayState.Unit]) -> Int {
    module.sources.reduce(0) { sum, source in
      let file = units[source.path]?.dependencies
      return sum + (file.flatMap(FileStamp.init(path:)).map { Int(clamping: $0.size) } ?? 0)
    }
  }

  private static func files(
    of module: ReplayPlan.Module,
    _ units: [String: ReplayState.Unit]
  ) throws(Doubt) -> [String: String] {
    var files: [String: String] = [:]
    for source in module.sources {
      guard let unit = units[source.path] else { throw Doubt("\(source.path) is not known") }
      files[source.path] = unit.dependencies
    }
    return files
  }
}
