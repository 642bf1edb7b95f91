import FoundationEssentials

/// What `swift package dump-package` prints, as far as it matters here.
///
/// dump-package and not describe: it takes the same time, and works while a target has no sources
/// yet.
struct PackageDump: Decodable {
  /// The names of products by which an application gets at the server's interface.
  private static let interfaces: Set = ["SlipwayApp", "CSlipwayABI"]

  private let products: [Product]
  private let targets: [Target]

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

  private struct Product: Decodable {
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

  private struct Target: Decodable {
    let name: String
    let dependencies: [String]

    private enum CodingKeys: CodingKey { case name, dependencies }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      dependencies =
        try container
        .decodeIfPresent([Dependency].self, forKey: .dependencies)?
        .compactMap(\.name) ?? []
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
}
