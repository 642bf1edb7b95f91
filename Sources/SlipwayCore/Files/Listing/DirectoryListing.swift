import Glibc
import SlipwaySystem
import SystemPackage

/// What a client may see of a directory: regular files and directories, nothing with a secret name,
/// nothing that a request for it would refuse.
package struct DirectoryListing: Sendable {
  struct Entry: Sendable {
    var name: [UInt8]
    var isDirectory: Bool

    /// Bytes; of a directory, nil.
    var size: Int?

    /// Nil outside the years that HTTP can write.
    var modified: HTTPDate?
  }

  /// Entries that are shown.
  private static let limit = 2_000

  /// Names that are read: what is shown of a larger directory is what the system names first.
  private static let namesLimit = 50_000

  /// The path of the directory in the URL, with a slash at its end.
  let path: String

  /// Whether the directory above is below the mount, too.
  let hasParent: Bool

  /// Directories first, then by name without regard to the case of ASCII letters.
  private(set) var entries: [Entry] = []

  /// How many entries are not shown; at least, if `isComplete` is false.
  private(set) var leftOut = 0

  private(set) var isComplete: Bool

  /// Reads `directory`, which `path` led to below `root`. Blocks.
  init(
    _ directory: OpenDirectory,
    at path: DocumentPath,
    mount: String,
    in root: DocumentRoot,
    showsDotFiles: Bool
  ) throws(Errno) {
    self.path = mount + (path.names.isEmpty ? "/" : path.text + "/")
    hasParent = !path.names.isEmpty
    let found = try directory.descriptor.names(atMost: Self.namesLimit)
    isComplete = found.isComplete
    let names = found.names
      .filter { !SecretNames.contains($0, showingDotFiles: showsDotFiles) }
      .map { (name: $0, key: $0.map(Self.folded)) }
      .sorted { one, other in
        one.key == other.key
          ? one.name.lexicographicallyPrecedes(other.name)
          : one.key.lexicographicallyPrecedes(other.key)
      }
    for (name, _) in names {
      guard entries.count < Self.limit else {
        leftOut = names.count - Self.limit
        break
      }
      if let entry = Self.entry(name, in: directory, at: path, root) { entries.append(entry) }
    }
    entries = entries.filter(\.isDirectory) + entries.filter { !$0.isDirectory }
  }

  /// Nil for what is not shown, and for what has just gone.
  private static func entry(
    _ name: [UInt8],
    in directory: OpenDirectory,
    at path: DocumentPath,
    _ root: DocumentRoot
  ) -> Entry? {
    guard let status = try? directory.descriptor.linkStatus(of: name) else { return nil }
    let seconds = HTTPDate(seconds: status.st_mtim.tv_sec)
    switch status.type {
    case .directory:
      return Entry(name: name, isDirectory: true, modified: seconds)
    case .regular:
      return Entry(name: name, isDirectory: false, size: Int(status.size), modified: seconds)
    case .symbolicLink:
      // What a request for it would get.
      switch try? root.lookUp(path.appending(name)) {
      case .directory: return Entry(name: name, isDirectory: true)
      case .file(let file):
        let modified = Int(exactly: file.modified / 1_000_000_000)
        return Entry(
          name: name,
          isDirectory: false,
          size: file.size,
          modified: modified.flatMap(HTTPDate.init(seconds:))
        )
      default: return nil
      }
    default: return nil
    }
  }

  private static func folded(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
