import SlipwayCore
package import SlipwayWatch

/// Everything that is watched, and why.
package struct WatchedPlaces {
  package let roots: [WatchRoot]
  package let classifier: ChangeClassifier

  package init(
    _ plan: MountPlan,
    _ dependencies: PathDependencies,
    _ configuration: DevConfiguration,
    modules: PythonModules? = nil
  ) {
    let modules = modules ?? PythonModules(plan)
    let python = plan.units.enumerated().filter { modules.isPython($0.element) }
    let sources = plan.units.enumerated().filter { !modules.isPython($0.element) }
      .flatMap { index, unit in
        dependencies.sources(of: unit).map { (unit: UnitID(index), path: $0, of: unit) }
      }
    let configurationFile = configuration.file ?? configuration.directory + "/slipway.yaml"
    roots =
      sources.map { source in
        let isOwn = source.path == source.of.package
        return Self.root(
          source.path,
          isOwn ? "Swift package" : "dependency by path of \(source.of.package)"
        )
      }
      + plan.directoryOfMount.sorted { $0.key.prefix < $1.key.prefix }
      .map { mount, directory in
        WatchRoot(directory: directory, reason: "files of mount \(mount.prefix)")
      }
      + python.flatMap { Self.roots(of: $0.element, modules) }
      + [WatchRoot(file: configurationFile, reason: "configuration")]
    classifier = ChangeClassifier(
      sources: sources.map { ($0.unit, $0.path) }
        + python.flatMap { index, unit in
          modules.sources(of: unit).map { (UnitID(index), $0) }
        },
      staticDirectories: Array(plan.directoryOfMount.values),
      configurationFile: configurationFile,
      isSource: { [units = plan.units] id, path in
        let unit = units[id.index]
        return !modules.isPython(unit) || modules.isCode(path, of: unit)
      }
    )
  }

  private static func roots(of unit: MountPlan.Unit, _ modules: PythonModules) -> [WatchRoot] {
    modules.directories(of: unit).map { WatchRoot(directory: $0, reason: "Python modules") }
      + modules.otherFiles(of: unit).map { WatchRoot(file: $0, reason: "imported Python module") }
  }

  private static func root(_ path: String, _ reason: String) -> WatchRoot {
    path.hasSuffix("/Package.swift")
      ? WatchRoot(file: path, reason: reason) : WatchRoot(directory: path, reason: reason)
  }
}
