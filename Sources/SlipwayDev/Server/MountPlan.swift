package import SlipwayCore

/// What a configuration's mounts come to: a mount table, the units behind native mounts, and the
/// directories whose changes matter.
package struct MountPlan {
  /// A dynamic library product of a package; `product` is nil if it is the only one.
  package struct Unit: Hashable {
    package var package: String
    package var product: String?
  }

  package private(set) var mounts: [Mount] = []
  package private(set) var units: [Unit] = []
  package private(set) var unitOfMount: [Mount: UnitID] = [:]
  package private(set) var directoryOfMount: [Mount: String] = [:]

  package init(_ configuration: DevConfiguration) {
    for (index, mount) in configuration.mounts.enumerated() {
      switch mount.target {
      case .files(let directory):
        let planned = Mount(prefix: mount.prefix, kind: "files", target: directory, index: index)
        mounts.append(planned)
        directoryOfMount[planned] = directory
      case .swift(let package, let product):
        let target = product.map { "\(package)#\($0)" } ?? package
        let planned = Mount(prefix: mount.prefix, kind: "swift", target: target, index: index)
        mounts.append(planned)
        unitOfMount[planned] = id(of: Unit(package: package, product: product))
      }
    }
  }

  private mutating func id(of unit: Unit) -> UnitID {
    if let index = units.firstIndex(of: unit) { return UnitID(index) }
    units.append(unit)
    return UnitID(units.count - 1)
  }
}
