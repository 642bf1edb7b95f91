/// The watched tree at one moment, for the next generation to compare with what it finds: path,
/// size, times, inode and content hash of every file.
package struct TreeSnapshot: Sendable, Equatable {
  /// The paths of the roots that it covers.
  let roots: Set<String>
  let tree: FileTree

  /// How many files it knows.
  package var fileCount: Int { tree.fileCount }
}
