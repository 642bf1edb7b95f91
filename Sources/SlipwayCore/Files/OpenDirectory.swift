import SlipwaySystem
package import SystemPackage

/// A directory, opened for reading. Closed when it goes.
package final class OpenDirectory: Sendable {
  private let owned: OwnedDescriptor
  let device: DeviceID
  private let inode: Inode

  /// Whether its files can be asked for on an event loop.
  let isLocal: Bool

  init(_ owned: consuming OwnedDescriptor, status: Stat, isLocal: Bool) {
    self.owned = owned
    device = status.deviceID
    inode = status.inode
    self.isLocal = isLocal
  }

  convenience init(_ owned: consuming OwnedDescriptor) throws(Errno) {
    let status = try owned.descriptor.stat()
    let isLocal = owned.descriptor.isOnLocalFilesystem
    self.init(owned, status: status, isLocal: isLocal)
  }

  /// For as long as this lives.
  package var descriptor: FileDescriptor { owned.descriptor }

  /// Whether `path` leads to this very directory.
  func isStill(at path: String) throws(Errno) -> Bool {
    let status = try FilePath(path).stat()
    return status.inode == inode && status.deviceID == device
  }
}
