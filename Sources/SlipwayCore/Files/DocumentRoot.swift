import Glibc
import SlipwaySystem
import Synchronization
package import SystemPackage

/// A directory whose files are served, and the only way to open one of them.
///
/// The kernel resolves each path beneath the directory and says what it opened: nothing is decided
/// on the text of a URL. The directory stays open between look-ups, but each begins with the
/// question whether its path still leads to it, so that one which a build tool deleted and made
/// again, or renamed into place, is seen at once.
package final class DocumentRoot: Sendable {
  package enum LookUp: Sendable {
    case file(OpenFile)
    case directory(OpenDirectory)

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

  private let followsLinksOut: Bool
  private let showsDotFiles: Bool

  /// The directory as it was last opened.
  private let opened = Mutex<OpenDirectory?>(nil)

  /// With `followsLinksOut`, symbolic links may lead anywhere; what they lead to must still not be
  /// secret, by the names of its real path. `showsDotFiles` is for `SecretNames`.
  package init(_ directory: String, followsLinksOut: Bool = false, showsDotFiles: Bool = false) {
    self.directory = directory
    self.followsLinksOut = followsLinksOut
    self.showsDotFiles = showsDotFiles
  }

  /// Opens what `path` names. Safe on every thread.
  package func lookUp(
    _ path: DocumentPath,
    _ patience: Patience = .mayWait
  ) throws(WouldWait) -> LookUp {
    guard !path.isSecret(showingDotFiles: showsDotFiles) else { return .nothing }
    let root: OpenDirectory
    do throws(Errno) {
      root = try current(patience)
    } catch {
      guard patience == .mayWait else { throw WouldWait() }
      return .rootFailed(error)
    }
    do throws(Errno) {
      return try open(path, in: root, patience)
    } catch {
      if patience == .mustNotWait, error == .wouldBlock { throw WouldWait() }
      return switch error {
      case .noSuchFileOrDirectory, .notDirectory, .fileNameTooLong: .nothing
      case .improperLink: .linkLeadsOut
      case .noSuchAddressOrDevice, .operationNotSupportedByDevice: .notRegular
      default: .failed(error)
      }
    }
  }

  /// Whether there may be something with this path: false only if there was nothing. Waits for no
  /// network, and does not follow a link at the path's end; what it says is a hint, for nothing
  /// keeps the path from leading elsewhere by now.
  ///
  /// Why not `lookUp`: the kernel's way not to wait does not answer for what does not exist.
  func mayExist(_ path: DocumentPath) -> Bool {
    guard let root = opened.withLock({ $0 }) else { return true }
    do throws(Errno) {
      _ = try root.descriptor.linkStatus(of: path.bytes)
      return true
    } catch {
      return error != .noSuchFileOrDirectory
    }
  }

  /// The directory that its path leads to now. Throws `EAGAIN` (wouldBlock) instead of waiting.
  private func current(_ patience: Patience) throws(Errno) -> OpenDirectory {
    let last = opened.withLock { $0 }
    if patience == .mustNotWait, last?.isLocal != true { throw .wouldBlock }
    // An inode that is open is not given to another directory, so equal numbers are the same one.
    if let last, try last.isStill(at: directory) { return last }
    if patience == .mustNotWait { throw .wouldBlock }
    let current = try OpenDirectory(FileDescriptor.openDirectory(directory))
    opened.withLock { $0 = current }
    return current
  }

  private func open(
    _ path: DocumentPath,
    in root: OpenDirectory,
    _ patience: Patience
  ) throws(Errno) -> LookUp {
    let file: OwnedDescriptor
    do throws(Errno) {
      // Without links the names asked for are the names opened: they have been looked at.
      file = try root.descriptor.openBeneath(
        path.bytes,
        links: .refuse,
        waiting: patience == .mayWait
      )
    } catch .tooManySymbolicLinkLevels {
      if patience == .mustNotWait { throw .wouldBlock }
      file = try root.descriptor.openBeneath(
        path.bytes,
        links: followsLinksOut ? .followAnywhere : .followBeneath
      )
      guard try !isSecret(file.descriptor, beneath: root) else { return .nothing }
    }
    let status = try file.descriptor.stat()
    // Below the directory, too, another filesystem may be mounted.
    let isLocal =
      status.deviceID == root.device ? root.isLocal : file.descriptor.isOnLocalFilesystem
    switch status.type {
    case .directory: return .directory(OpenDirectory(file, status: status, isLocal: isLocal))
    case .regular: return .file(OpenFile(file, status: status, now: Self.now(), isLocal: isLocal))
    default: return .notRegular
    }
  }

  /// Whether the name that a link led to is secret. What has just been deleted or moved away counts
  /// as secret: its name can no longer be known.
  ///
  /// Names that the real path has in common with the directory's own say nothing: a site may well
  /// live below `.work`.
  private func isSecret(
    _ file: FileDescriptor,
    beneath root: OpenDirectory
  ) throws(Errno) -> Bool {
    let slash = UInt8(ascii: "/")
    let top = try root.descriptor.currentPath().split(separator: slash)
    let path = try file.currentPath()
    guard path.first == slash, !path.ends(with: " (deleted)") else { return true }
    let names = path.split(separator: slash)
    let common = zip(top, names).prefix { $0 == $1 }.count
    guard followsLinksOut || common == top.count else { return true }
    return names.dropFirst(common)
      .contains { SecretNames.contains(Array($0), showingDotFiles: showsDotFiles) }
  }

  /// By the clock that the kernel stamps files with.
  static func now() -> Int128 {
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
