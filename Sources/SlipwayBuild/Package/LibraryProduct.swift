/// A library that a package offers.
package struct LibraryProduct: Sendable, Hashable, Codable {
  package var name: String

  /// Declared with `type: .dynamic`: only such a library can be loaded.
  package var isDynamic: Bool

  /// One of its targets depends on SlipwayApp or on the C interface, directly or through another
  /// target of the package.
  package var usesSlipwayApp: Bool

  package init(name: String, isDynamic: Bool, usesSlipwayApp: Bool) {
    self.name = name
    self.isDynamic = isDynamic
    self.usesSlipwayApp = usesSlipwayApp
  }
}

extension [LibraryProduct] {
  /// The product that is meant: the one that is named, or the only one that can be an application.
  ///
  /// A dynamic library that gets at SlipwayApp through another package does not look like an
  /// application; it is taken if it is the only one.
  package func choose(
    product name: String?,
    in directory: String
  ) throws(BuildError) -> String {
    let dynamic = filter(\.isDynamic)
    if let name {
      guard let named = first(where: { $0.name == name }) else {
        throw .unknownProduct(name, dynamic.map(\.name), in: directory)
      }
      guard named.isDynamic else { throw .notDynamic(name, in: directory) }
      return name
    }
    let applications = dynamic.filter(\.usesSlipwayApp)
    let candidates = applications.isEmpty ? dynamic : applications
    guard let only = candidates.first else {
      let nearest = first(where: \.usesSlipwayApp) ?? first
      throw .noDynamicLibrary(in: directory, target: nearest?.name)
    }
    guard candidates.count == 1 else {
      throw .severalLibraries(candidates.map(\.name), in: directory)
    }
    return only.name
  }
}
