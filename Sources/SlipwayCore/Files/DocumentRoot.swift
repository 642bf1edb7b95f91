import Glibc
import SlipwaySystem
package import SystemPackage

/// A directory whose files are served, and the only way to open one of them.
///
/// The kernel resolves each path beneath the directory and says what it opened: nothing is decided
/// on the text of a URL. The directory is opened anew for each look-up, so that one which a build
/// tool deleted and made again, or renamed into place, is seen at once.
package struct DocumentRoot: Sendable {
  package enum LookUp: Sendable {
    case file(OpenFile)
    case directory

    /// There is nothing to be seen: no such file, or one with a secret name.
    case nothing

    /// A symbolic link leads out of the directory.
    case linkLeadsOut

    /// A device, FIFO or socket.
    case notRegular

    case failed(Errno)

    /// The directory itself cannot be opened.
    case rootFailed(Errno)
  }

  /// An absolute path.
  package let directory: String

  package init(_ directory: String) {
    self.directory = directory
  }

  /// Opens what `path` names. Blocks.
  package func lookUp(_ path: DocumentPath) -> LookUp {
    guard !path.isSecret else { return .nothing }
    let root: OwnedDescriptor
    do throws(Errno) {
      root = try FileDescriptor.openDirectory(directory)
    } catch {
      return .rootFailed(error)
    }
    do throws(Errno) {
      return try open(path, in: root.descriptor)
    } catch {
      return switch error {
      case .noSuchFileOrDirectory, .notDirectory, .fileNameTooLong: .nothing
      case .improperLink: .linkLeadsOut
      case .noSuchAddressOrDevice, .operationNotSupportedByDevice: .notRegular
      default: .failed(error)
      }
    }
  }

  private func open(_ path: DocumentPath, in root: FileDescriptor) throws(Errno) -> LookUp {
    let opened: OwnedDescriptor
    do throws(Errno) {
      // Without links the names asked for are the names opened: they have been looked at.
      opened = try root.openBeneath(path.bytes, links: .refuse)
    } catch .tooManySymbolicLinkLevels {
      opened = try root.openBeneath(path.bytes, links: .followBeneath)
      guard try !isSecret(opened.descriptor, beneath: root) else { return .nothing }
    }
    let status = try Self.status(of: opened.descriptor)
    switch status.type {
    case .directory: return .directory
    case .regular: return .file(OpenFile(opened, status: status, now: Self.now()))
    default: return .notRegular
    }
  }

  /// Whether the name that a link led to is secret. What has just been deleted or moved away counts
  /// as secret: its name can no longer be known.
  private func isSecret(
    _ file: FileDescriptor,
    beneath root: FileDescriptor
  ) throws(Errno) -> Bool {
    let slash = UInt8(ascii: "/")
    var top = try root.currentPath()
    if top.last != slash { top.append(slash) }
    let path = try file.currentPath() + [slash]
    guard path.starts(with: top), !path.dropLast().ends(with: " (deleted)") else { return true }
    return path.dropFirst(top.count).split(separator: slash)
      .contains {
        SecretNames.contains(Array($0))
      }
  }

  private static func status(of descriptor: FileDescriptor) throws(Errno) -> Stat {
    try descriptor.stat()
  }

  /// By the clock that the kernel stamps files with.
  private static func now() -> Int128 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return now.nanoseconds
  }
}

extension timespec {
  /// Since 1970.
  var nanoseconds: Int128 { Int128(tv_sec) * 1_000_000_000 + Int128(tv_nsec) }
}

extension Collection<UInt8> {
  fileprivate func ends(with text: StaticString) -> Bool {
    text.withUTF8Buffer { suffix(text.utf8CodeUnitCount).elementsEqual($0) }
  }
}
