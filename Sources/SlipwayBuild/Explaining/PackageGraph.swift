import FoundationEssentials
import SlipwaySystem
import Synchronization

/// What the manifests of a package, and of those it depends on, say about targets and products.
///
/// SwiftPM evaluates each manifest, which takes a fifth of a second; so only those are that have the
/// name in their text.
struct PackageGraph {
  /// One package.
  struct Node {
    let directory: String
    let dump: PackageDump

    /// The target that a source belongs to: SwiftPM's places, and those that the manifest names.
    func target(of file: String) -> PackageDump.Target? {
      guard file.hasPrefix(directory + "/") else { return nil }
      let path = "/" + file.dropFirst(directory.count + 1)
      return dump.targets
        .filter { target in
          let places = target.path.map { [$0] } ?? Self.places.map { "\($0)/\(target.name)" }
          return places.contains { path.hasPrefix("/\($0)/") }
        }
        .max { ($0.path ?? $0.name).count < ($1.path ?? $1.name).count }
    }

    private static let places = ["Sources", "Source", "src", "srcs", "Tests"]
  }

  /// Of so many packages the manifests are evaluated at most.
  private static let dumpLimit = 4

  let root: Node
  private let toolchain: Toolchain
  private let dependencies: [(directory: String, state: WorkspaceState.Dependency)]

  /// Nil if the package cannot be described.
  init?(_ request: BuildRequest, _ toolchain: Toolchain) async {
    guard let dump = await Self.dump(request.packageDirectory, toolchain) else { return nil }
    root = Node(directory: request.packageDirectory, dump: dump)
    self.toolchain = toolchain
    let scratch = request.scratchDirectory
    dependencies = (WorkspaceState(scratchPath: scratch)?.dependencies ?? [])
      .compactMap { state in state.directory(scratchPath: scratch).map { ($0, state) } }
  }

  /// A product that has a module, and the package that it is of.
  struct Offer {
    let product: String
    let state: WorkspaceState.Dependency
  }

  /// The product of a dependency with a module of that name.
  func offer(of module: String) async -> Offer? {
    var dumps = 0
    for (directory, state) in dependencies where dumps < Self.dumpLimit {
      guard Self.manifest(in: directory, mentions: module) else { continue }
      dumps += 1
      guard let dump = await Self.dump(directory, toolchain) else { continue }
      let offering = dump.products.filter { $0.kind != nil && $0.targets.contains(module) }
      // Of several the one that has least in it.
      if let product = offering.min(by: { $0.targets.count < $1.targets.count }) {
        return Offer(product: product.name, state: state)
      }
    }
    return nil
  }

  /// The package that a file is of.
  func node(of file: String) async -> Node? {
    if root.target(of: file) != nil { return root }
    for (directory, _) in dependencies where file.hasPrefix(directory + "/") {
      return await Self.dump(directory, toolchain).map { Node(directory: directory, dump: $0) }
    }
    return file.hasPrefix(root.directory + "/") ? root : nil
  }

  /// How the root's manifest calls a package that it depends on directly.
  func name(of state: WorkspaceState.Dependency) -> String? {
    let identity = state.packageRef?.identity
    let direct = (root.dump.dependencies ?? [])
      .first { $0.identity == identity && identity != nil }
    return direct.flatMap { $0.name ?? $0.identity }
  }

  private static func manifest(in directory: String, mentions name: String) -> Bool {
    guard let text = FileManager.default.contents(atPath: "\(directory)/Package.swift") else {
      return false
    }
    return String(decoding: text, as: UTF8.self).contains("\"\(name)\"")
  }

  private static func dump(_ directory: String, _ toolchain: Toolchain) async -> PackageDump? {
    guard toolchain.swift != nil, !Task.isCancelled else { return nil }
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "slipway-dump-\(UUID().uuidString)").path
    // A checkout is SwiftPM's: nothing may be written into it.
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let text = Mutex("")
    let end =
      try? await toolchain.child(
        ["package", "--scratch-path", scratch, "dump-package"],
        in: directory
      )
      .run { output in
        guard case .line(let line, .output) = output else { return }
        text.withLock { $0 += line + "\n" }
      }
    guard end == .exited(0) else { return nil }
    return PackageDump(json: text.withLock { $0 }.utf8)
  }
}
