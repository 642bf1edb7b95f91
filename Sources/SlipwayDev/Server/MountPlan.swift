package import SlipwayCore
package import SlipwayWSGI

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
  package private(set) var filesOptionsOfMount: [Mount: FilesOptions] = [:]

  /// How the units are run that are Python applications, and not built.
  package private(set) var wsgi: [Unit: WSGIOptions] = [:]

  package init(_ configuration: DevConfiguration) {
    for (index, mount) in configuration.mounts.enumerated() {
      switch mount.target {
      case .files(let directory):
        let planned = Mount(
          prefix: mount.prefix,
          kind: "files",
          target: directory,
          index: index,
          rules: mount.rules
        )
        mounts.append(planned)
        directoryOfMount[planned] = directory
        filesOptionsOfMount[planned] = mount.filesOptions
      case .swift(let package, let product):
        let target = product.map { "\(package)#\($0)" } ?? package
        let planned = Mount(
          prefix: mount.prefix,
          kind: "swift",
          target: target,
          index: index,
          rules: mount.rules
        )
        mounts.append(planned)
        unitOfMount[planned] = id(of: Unit(package: package, product: product))
      case .wsgi(let target):
        let planned = Mount(
          prefix: mount.prefix,
          kind: "wsgi",
          target: target.shown,
          index: index,
          rules: mount.rules
        )
        mounts.append(planned)
        let options = WSGIOptions(mount, target, searchPaths: configuration.searchPaths)
        unitOfMount[planned] = id(of: unit(target, options))
      }
    }
  }

  /// The unit of a Python application. Mounts that differ in how they run it have one each.
  private mutating func unit(_ target: PythonTarget, _ options: WSGIOptions) -> Unit {
    if let known = wsgi.first(where: { $0.value == options })?.key { return known }
    // A colon is in the name of no product.
    var unit = Unit(package: target.root, product: "wsgi:\(target.shown)")
    var number = 1
    while wsgi[unit] != nil {
      number += 1
      unit.product = "wsgi:\(target.shown)#\(number)"
    }
    wsgi[unit] = options
    return unit
  }

  private mutating func id(of unit: Unit) -> UnitID {
    if let index = units.firstIndex(of: unit) { return UnitID(index) }
    units.append(unit)
    return UnitID(units.count - 1)
  }
}
