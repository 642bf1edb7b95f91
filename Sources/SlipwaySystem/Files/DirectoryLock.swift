import Glibc
package import SystemPackage

/// A lock on a directory, held by one process at a time and let go by the kernel when it ends.
///
/// The lock belongs to the open file: it is kept over execve(2) by whoever inherits the
/// descriptor. See flock(2).
package struct DirectoryLock: ~Copyable, Sendable {
  private let file: OwnedDescriptor

  /// The descriptor to be kept over a restart.
  package var descriptor: FileDescriptor { file.descriptor }

  /// Takes the lock file at `path`, which is created where it is missing.
  package init(path: String) throws(SystemError) {
    let opened: FileDescriptor
    do {
      opened = try FileDescriptor.open(
        FilePath(path),
        .readWrite,
        options: [.create, .closeOnExec],
        permissions: .ownerReadWrite
      )
    } catch {
      throw .writing(path, failedWith: error as? Errno ?? .ioError)
    }
    let owned = OwnedDescriptor(opened)
    guard (try? Errno.check { flock(opened.rawValue, LOCK_EX | LOCK_NB) }) != nil else {
      throw .alreadyLocked(path, holder: Self.holder(of: opened))
    }
    _ = ftruncate(opened.rawValue, 0)
    _ = try? opened.writeAll("\(getpid())\n".utf8)
    file = owned
  }

  /// Gives the lock away: it is held for as long as the descriptor is open.
  package consuming func release() -> FileDescriptor { file.release() }

  /// Takes over the lock of the previous generation.
  package init(inheriting descriptor: FileDescriptor) {
    file = OwnedDescriptor(descriptor)
    file.descriptor.setClosedOnExec(true)
  }

  private static func holder(of descriptor: FileDescriptor) -> String? {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      try? unsafe descriptor.read(fromAbsoluteOffset: 0, into: buffer)
    }
    let text = String(decoding: bytes.prefix(count ?? 0).prefix { $0 != 10 }, as: UTF8.self)
    return Int32(text).map(String.init)
  }
}
