import Glibc
package import SystemPackage

/// Replaces a file as a whole: a reader sees the old content or the new, never a part.
package enum AtomicFile {
  /// Writes to a sibling, then renames it over `path`. On failure the old content is untouched and
  /// nothing is left behind.
  package static func write(
    _ content: some Sequence<UInt8>,
    to path: String,
    permissions: FilePermissions = .ownerReadWrite
  ) throws(SystemError) {
    let sibling = "\(path).new-\(getpid())"
    do {
      let file = OwnedDescriptor(
        try FileDescriptor.open(
          FilePath(sibling),
          .writeOnly,
          options: [.create, .truncate, .closeOnExec, .noFollow],
          permissions: permissions
        )
      )
      try file.descriptor.writeAll(content)
      _ = try Errno.check { unsafe rename(sibling, path) }
    } catch {
      unsafe _ = unlink(sibling)
      throw .writing(path, failedWith: error as? Errno ?? .ioError)
    }
  }
}
