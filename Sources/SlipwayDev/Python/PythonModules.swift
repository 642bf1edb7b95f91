import FoundationEssentials
import SlipwaySystem
import SlipwayWSGI
import Synchronization

/// What each Python application is made of: directories that modules are looked for in, and the files of
/// those that it has imported.
///
/// The files are known once it has been imported, and remembered, so that the next generation watches
/// them from its first instant.
package final class PythonModules: Sendable {
  private let applications: [MountPlan.Unit: WSGIOptions]

  /// Where the files are remembered; nil for nowhere.
  private let file: @Sendable (MountPlan.Unit) -> String?
  private let files: Mutex<[MountPlan.Unit: Set<String>]>

  package init(
    _ plan: MountPlan,
    file: @escaping @Sendable (MountPlan.Unit) -> String? = { _ in nil }
  ) {
    applications = plan.wsgi
    self.file = file
    files = Mutex(
      plan.wsgi.reduce(into: [:]) { files, application in
        let data = file(application.key).flatMap { try? Data(contentsOf: URL(filePath: $0)) }
        files[application.key] = data.flatMap {
          try? JSONDecoder().decode(Set<String>.self, from: $0)
        }
      }
    )
  }

  package func isPython(_ unit: MountPlan.Unit) -> Bool { applications[unit] != nil }

  /// Directories that are watched as a whole: a module that is new in one of them may be another's.
  package func directories(of unit: MountPlan.Unit) -> [String] {
    guard let options = applications[unit] else { return [] }
    return [options.root] + options.pythonPath.filter { $0 != options.root }
  }

  /// Files of modules beyond those directories.
  package func otherFiles(of unit: MountPlan.Unit) -> [String] {
    let directories = directories(of: unit)
    return files.withLock { $0[unit] ?? [] }
      .filter { file in
        // A directory that is not watched may lie in one that is, such as a virtual environment.
        file.contains("-packages/") || !directories.contains { file.hasPrefix($0 + "/") }
      }
      .sorted()
  }

  /// Everything whose contents make the application what it is.
  func sources(of unit: MountPlan.Unit) -> [String] { directories(of: unit) + otherFiles(of: unit) }

  /// Whether a change of the file may be one of the application: of a module, or of what says where
  /// modules are.
  func isCode(_ path: String, of unit: MountPlan.Unit) -> Bool {
    [".py", ".pth", ".so", ".wsgi", ".pyd"].contains { path.hasSuffix($0) }
      || applications[unit]?.file == path
      || files.withLock { $0[unit]?.contains(path) ?? false }
  }

  /// Takes note of what has been imported. Returns files that are to be watched from now on.
  func update(_ unit: MountPlan.Unit, _ imported: [String]) -> [String] {
    let before = Set(otherFiles(of: unit))
    // What an earlier generation has imported while it served, this one will import in a while.
    let all = files.withLock { files in
      let known = files[unit] ?? []
      let old = known.filter { FileManager.default.fileExists(atPath: $0) }
      files[unit] = old.union(imported)
      return old.union(imported)
    }
    let new = otherFiles(of: unit).filter { !before.contains($0) }
    // Without the note, the next generation begins to watch them a moment later.
    if !new.isEmpty, let path = file(unit), let data = try? JSONEncoder().encode(all) {
      try? AtomicFile.write(data, to: path)
    }
    return new
  }
}
