import Glibc
import SlipwayBuild
import Synchronization

/// What each unit is built from: its package, and the packages that one depends on by path.
///
/// The latter are known once the package has been resolved, so they may be found by a build.
package final class PathDependencies: Sendable {
  private let found: Mutex<[MountPlan.Unit: [String]]>

  /// Asks what is known of the units from earlier builds.
  package init(of units: [MountPlan.Unit]) {
    let pairs = units.map { ($0, Self.lookUp($0)) }
    found = Mutex(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
  }

  /// The package's directory, and paths in other packages. Absolute.
  package func sources(of unit: MountPlan.Unit) -> [String] {
    [unit.package] + found.withLock { $0[unit] ?? [] }
  }

  /// Looks again. Returns whether there is more to watch than before.
  package func refresh(_ unit: MountPlan.Unit) -> Bool {
    let now = Self.lookUp(unit)
    return found.withLock { found in
      let before = found.updateValue(now, forKey: unit) ?? []
      return !Set(now).isSubset(of: before)
    }
  }

  private static func lookUp(_ unit: MountPlan.Unit) -> [String] {
    let request = BuildRequest(packageDirectory: unit.package, product: unit.product ?? "")
    return LocalDependencies.directories(scratchPath: request.scratchDirectory)
      .filter { $0 != unit.package }
      .flatMap { dependency in
        // A package that lies around the application's has much in it that is not its own.
        unit.package.hasPrefix(dependency + "/")
          ? ["\(dependency)/Sources", "\(dependency)/Package.swift"]
            .filter { access($0, F_OK) == 0 }
          : [dependency]
      }
  }
}
