/// The directories of the packages that a package depends on by path, directly or not: their
/// sources are to be watched too.
package enum LocalDependencies {
  /// Reads SwiftPM's `workspace-state.json`, which is there after the first build. Absolute paths,
  /// sorted; empty if the file is missing or has an unknown form.
  package static func directories(scratchPath: String) -> [String] {
    let state = WorkspaceState(scratchPath: scratchPath)
    return Set((state?.dependencies ?? []).compactMap(\.path)).sorted()
  }
}
