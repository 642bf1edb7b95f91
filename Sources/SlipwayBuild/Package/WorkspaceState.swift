import FoundationEssentials

/// SwiftPM's `workspace-state.json`, which is there after the first build: which packages a package
/// depends on, directly or not, and where they lie. The part that has been the same since version 5.
struct WorkspaceState: Decodable {
  private let object: Object

  var dependencies: [Dependency] { object.dependencies }

  /// Nil if the file is missing or has an unknown form.
  init?(scratchPath: String) {
    let path = "\(scratchPath)/workspace-state.json"
    guard let content = FileManager.default.contents(atPath: path),
      let state = try? JSONDecoder().decode(Self.self, from: content)
    else { return nil }
    self = state
  }

  private struct Object: Decodable {
    let dependencies: [Dependency]
  }

  struct Dependency: Decodable {
    let packageRef: Reference?
    let state: State?
    let subpath: String?

    /// Where its sources are. A package under `swift package edit` has a path as well.
    func directory(scratchPath: String) -> String? {
      if let path { return path }
      return subpath.map { "\(scratchPath)/checkouts/\($0)" }
    }

    /// Of a package on this machine.
    var path: String? {
      guard let path = state?.path, path.hasPrefix("/") else { return nil }
      return path
    }
  }

  struct Reference: Decodable {
    let identity: String
    let location: String?
  }

  struct State: Decodable {
    let path: String?
    let checkoutState: Checkout?
  }

  struct Checkout: Decodable {
    let version: String?
  }
}
