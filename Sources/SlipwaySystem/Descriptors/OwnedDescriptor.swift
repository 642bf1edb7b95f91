package import SystemPackage

/// A file descriptor with one owner, which closes it when it goes.
///
/// Borrowed descriptors are plain `FileDescriptor`s. See close(2).
package struct OwnedDescriptor: ~Copyable, Sendable {
  /// The descriptor, for as long as the owner lives.
  package let descriptor: FileDescriptor

  /// Takes over `descriptor`. Nobody else may close it from now on.
  package init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  deinit {
    // EBADF would mean that somebody else closed it: foreign code shares our descriptor table, so
    // that is no reason to end the process.
    try? descriptor.close()
  }

  /// Gives the descriptor away: the caller closes it from now on.
  package consuming func release() -> FileDescriptor {
    let released = descriptor
    discard self
    return released
  }
}
