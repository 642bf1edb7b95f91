import Glibc
import SystemPackage

/// A lock on a file that belongs to somebody else, taken the way they take it. See flock(2).
///
/// Let go when it goes; the file stays.
package struct AdvisoryLock: ~Copyable, Sendable {
  private let file: OwnedDescriptor

  private init(_ file: consuming OwnedDescriptor) {
    self.file = file
  }

  /// Nil if another holds the lock, or the file can be neither opened nor created.
  package static func take(_ path: String) -> AdvisoryLock? {
    guard
      let opened = try? FileDescriptor.open(
        FilePath(path),
        .readWrite,
        options: [.create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead]
      )
    else { return nil }
    let file = OwnedDescriptor(opened)
    guard flock(opened.rawValue, LOCK_EX | LOCK_NB) == 0 else { return nil }
    return AdvisoryLock(file)
  }

  /// Lets the lock go; it is held at least until here.
  package consuming func letGo() {}
}
