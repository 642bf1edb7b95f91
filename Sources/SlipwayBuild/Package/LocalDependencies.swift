import FoundationEssentials

/// The directories of the packages that a package depends on by path, directly or not: their
/// sources are to be watched too.
package enum LocalDependencies {
  /// Reads SwiftPM's `workspace-state.json`, which is there after the first build. Absolute paths,
  /// sorted; empty if the file is missing or has an unknown form.
  package static func directories(scratchPath: String) -> [String] {
    let path = "\(scratchPath)/workspace-state.json"
    guard let content = FileManager.default.contents(atPath: path),
      let state = try? JSONDecoder().decode(WorkspaceState.self, from: content)
    else { return [] }
    let paths = state.object.dependencies.compactMap { dependency -> String? in
      // A package under `swift package edit` has a path as well.
      guard let path = dependency.state?.path, path.hasPrefix("/") else { return nil }
      return path
    }
    return Set(paths).sorted()
  }

  /// The part of SwiftPM's format that has been the same since version 5.
  private struct WorkspaceState: Decodable {
    let object: Object

    struct Object: Decodable {
      let dependencies: [Dependency]
    }

    struct Dependency: Decodable {
      let state: State?
    }

    struct State: Decodable {
      let path: String?
    }
  }
}
