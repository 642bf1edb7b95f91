/// Tells from a changed path what it concerns.
package struct ChangeClassifier: Sendable {
  /// What a set of changes comes to.
  package struct Verdict: Equatable, Sendable {
    package var units: Set<UnitID> = []
    package var isConfigurationChanged = false
    /// Files that are served as they are, or that nothing is made of.
    package var others: [String] = []
  }

  /// A directory and what lies in it; nil for static files.
  private let owners: [(directory: String, unit: UnitID?)]
  private let configurationFile: String?

  /// Whether a file is part of what a unit is made of, if it lies in one of its directories.
  private let isSource: @Sendable (UnitID, String) -> Bool

  /// - Parameters:
  ///   - sources: the directories that each unit is built from, absolute.
  ///   - staticDirectories: directories that are served as files. One inside a unit's directory is
  ///     not part of the unit.
  package init(
    sources: [(unit: UnitID, directory: String)],
    staticDirectories: [String],
    configurationFile: String?,
    isSource: @escaping @Sendable (UnitID, String) -> Bool = { _, _ in true }
  ) {
    self.isSource = isSource
    owners = sources.map { ($0.directory, $0.unit) } + staticDirectories.map { ($0, nil) }
    self.configurationFile = configurationFile
  }

  package func classify(_ paths: some Sequence<String>) -> Verdict {
    var verdict = Verdict()
    for path in paths {
      if path == configurationFile {
        verdict.isConfigurationChanged = true
        continue
      }
      let units = units(for: path)
      if units.isEmpty { verdict.others.append(path) }
      verdict.units.formUnion(units)
    }
    return verdict
  }

  /// The units whose directory is the innermost one around the path. A package's tests are no part
  /// of its product.
  private func units(for path: String) -> Set<UnitID> {
    let around = owners.filter { Self.contains($0.directory, path) }
    let innermost = around.map(\.directory.utf8.count).max() ?? 0
    return Set(
      around.filter { owner in
        owner.directory.utf8.count == innermost
          && !Self.contains(owner.directory + "/Tests", path)
      }
      .compactMap(\.unit).filter { isSource($0, path) }
    )
  }

  private static func contains(_ directory: String, _ path: String) -> Bool {
    path == directory || path.hasPrefix(directory.hasSuffix("/") ? directory : directory + "/")
  }
}
