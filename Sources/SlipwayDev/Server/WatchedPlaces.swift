import SlipwayCore
package import SlipwayWatch

/// Everything that is watched, and why.
package struct WatchedPlaces {
  package let roots: [WatchRoot]
  package let classifier: ChangeClassifier

  package init(
    _ plan: MountPlan,
    _ dependencies: PathDependencies,
    _ configuration: DevConfiguration
  ) {
    let sources = plan.units.enumerated()
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
      + [WatchRoot(file: configurationFile, reason: "configuration")]
    classifier = ChangeClassifier(
      sources: sources.map { ($0.unit, $0.path) },
      staticDirectories: Array(plan.directoryOfMount.values),
      configurationFile: configurationFile
    )
  }

  private static func root(_ path: String, _ reason: String) -> WatchRoot {
    path.hasSuffix("/Package.swift")
      ? WatchRoot(file: path, reason: reason) : WatchRoot(directory: path, reason: reason)
  }
}
