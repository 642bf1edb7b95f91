import CSlipwayShims
import Glibc
package import SystemPackage

extension FileDescriptor {
  /// Whether links may be followed while a path is resolved.
  package enum LinkPolicy: Sendable {
    /// `ELOOP` (tooManySymbolicLinkLevels) at the first symbolic link.
    case refuse

    /// Links are followed as long as they stay below the directory.
    case followBeneath

    /// Links are followed wherever they lead.
    case followAnywhere
  }

  /// Opens an existing file for reading, below this directory and nowhere else, whatever the path
  /// and its links say: openat2(2) decides it while it resolves.
  ///
  /// Opening does not wait (for the writer of a FIFO, say) and does not take a terminal. `path` is
  /// relative and in bytes; one with a NUL is `EINVAL`. Throws `EXDEV` (improperLink) for a path
  /// that leads out.
  ///
  /// - Parameter waiting: If false, no disk is waited for either: `EAGAIN` (wouldBlock) where the
  ///   kernel does not have all directories in memory, where it cannot know that without waiting,
  ///   and where the path leads onto another filesystem.
  package func openBeneath(
    _ path: [UInt8],
    links: LinkPolicy,
    waiting: Bool = true
  ) throws(Errno) -> OwnedDescriptor {
    guard !path.contains(0) else { throw .invalidArgument }
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    var how =
      switch links {
      case .refuse: SLIPWAY_OPEN_REFUSES_LINKS.rawValue
      case .followBeneath: UInt32(0)
      case .followAnywhere: SLIPWAY_OPEN_LEAVES.rawValue
      }
    if !waiting { how |= SLIPWAY_OPEN_CACHED.rawValue }
    let terminated = path + [0]
    // The kernel asks for another try where a rename raced with the resolution of a `..`.
    for _ in 0..<8 {
      let opened = unsafe terminated.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return Int32(-1) }
        return unsafe slipway_open_beneath(
          rawValue,
          start.assumingMemoryBound(to: CChar.self),
          flags,
          how
        )
      }
      if opened >= 0 { return OwnedDescriptor(FileDescriptor(rawValue: opened)) }
      let error = Errno(rawValue: errno)
      // Kernels before 5.12 do not know how not to wait.
      if !waiting, error == .invalidArgument { throw .wouldBlock }
      guard waiting, error == .resourceTemporarilyUnavailable || error == .interrupted else {
        throw error
      }
    }
    throw .resourceTemporarilyUnavailable
  }

  /// Opens a directory as a place to open files beneath. The path itself may lead through links.
  package static func openDirectory(_ path: String) throws(Errno) -> OwnedDescriptor {
    do {
      return OwnedDescriptor(
        try open(
          FilePath(path),
          .readOnly,
          options: [.directory, .closeOnExec]
        )
      )
    } catch let error as Errno {
      throw error
    } catch {
      throw .ioError
    }
  }

  /// The path that the kernel knows this descriptor by at this moment, in bytes.
  ///
  /// It may be out of date when it is returned. A file that is no longer in a directory has the
  /// ending ` (deleted)`. See proc_pid_fd(5).
  package func currentPath() throws(Errno) -> [UInt8] {
    let size = 4096  // PATH_MAX
    var status = 0
    let path = unsafe [CChar](unsafeUninitializedCapacity: size) { buffer, count in
      if let start = buffer.baseAddress {
        status = unsafe readlink("/proc/self/fd/\(rawValue)", start, size)
      }
      count = max(0, status)
    }
    guard status >= 0 else { throw Errno(rawValue: errno) }
    guard status < size else { throw .fileNameTooLong }
    return path.map(UInt8.init(bitPattern:))
  }
}
