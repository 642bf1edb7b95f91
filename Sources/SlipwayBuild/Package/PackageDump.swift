import FoundationEssentials

/// What `swift package dump-package` prints, as far as it matters here.
///
/// dump-package and not describe: it takes the same time, and works while a target has no sources
/// yet.
struct PackageDump: Decodable {
  /// The names of products by which an application gets at the server's interface.
  private static let interfaces: Set = ["SlipwayApp", "CSlipwayABI"]

  let products: [Product]
  let targets: [Target]

  /// The packages that it depends on directly.
  let dependencies: [Package]?

  /// Nil if `json` is not what it should be.
  init?(json: some Sequence<UInt8>) {
    guard let dump = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
    self = dump
  }

  var libraries: [LibraryProduct] {
    products.compactMap { product in
      guard let kind = product.kind else { return nil }
      return LibraryProduct(
        name: product.name,
        isDynamic: kind == "dynamic",
        usesSlipwayApp: usesInterface(product.targets)
      )
    }
  }

  private func usesInterface(_ names: [String]) -> Bool {
    let dependencies = Dictionary(
      targets.map { ($0.name, $0.dependencies) },
      uniquingKeysWith: { first, _ in first }
    )
    var pending = names
    var seen: Set<String> = []
    while let name = pending.popLast() {
      if Self.interfaces.contains(name) { return true }
      if seen.insert(name).inserted { pending += dependencies[name] ?? [] }
    }
    return false
  }

  struct Product: Decodable {
    let name: String
    let targets: [String]
    /// `dynamic`, `static` or `automatic`; nil for what is not a library.
    let kind: String?

    private enum CodingKeys: CodingKey { case name, targets, type }
    private enum TypeKeys: CodingKey { case library }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      targets = try container.decode([String].self, forKey: .targets)
      let type = try container.nestedContainer(keyedBy: TypeKeys.self, forKey: .type)
      kind = try type.decodeIfPresent([String].self, forKey: .library)?.first
    }
  }

  struct Target: Decodable {
    let name: String
    /// Names of targets and products.
    let dependencies: [String]
    /// `regular`, `system`, `test` and others.
    let type: String
    /// Relative to the package; nil where SwiftPM looks by itself.
    let path: String?
    /// Packages of Debian's that a system library comes from.
    let debianPackages: [String]

    private enum CodingKeys: CodingKey { case name, dependencies, type, path, providers }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      dependencies =
        try container
        .decodeIfPresent([Dependency].self, forKey: .dependencies)?
        .compactMap(\.name) ?? []
      type = (try? container.decodeIfPresent(String.self, forKey: .type)) ?? "regular"
      path = try? container.decodeIfPresent(String.self, forKey: .path)
      let providers = try? container.decodeIfPresent(
        [[String: [[String]]]].self,
        forKey: .providers
      )
      debianPackages = (providers ?? []).flatMap { ($0["apt"] ?? []).joined() }
    }
  }

  /// `{"byName": [NAME, condition]}`, `{"product": [NAME, package, …]}` or `{"target": [NAME, …]}`.
  private struct Dependency: Decodable {
    let name: String?

    private enum CodingKeys: CodingKey, CaseIterable { case byName, product, target }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      guard let kind = container.allKeys.first else {
        name = nil
        return
      }
      var list = try container.nestedUnkeyedContainer(forKey: kind)
      name = try list.decode(String.self)
    }
  }

  /// `{"sourceControl": [{"identity": …}]}`, or another kind with the same in it.
  struct Package: Decodable {
    let identity: String?
    /// How the manifest's `.product(name:package:)` calls it; nil if by its identity.
    let name: String?

    private struct Kind: Decodable {
      let identity: String?
      let nameForTargetDependencyResolutionOnly: String?
    }

    init(from decoder: any Decoder) throws {
      let kinds = try? [String: [Kind]](from: decoder)
      let only = kinds?.values.first?.first
      identity = only?.identity
      name = only?.nameForTargetDependencyResolutionOnly
    }
  }
}
