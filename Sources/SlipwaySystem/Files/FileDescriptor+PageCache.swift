import CSlipwayShims
import Glibc
package import SystemPackage

// Files on event loops, which must not wait for a disk.
extension FileDescriptor {
  /// Reads what the kernel has in memory, from `offset` on: the number of bytes, 0 at the end of
  /// the file. Throws `EAGAIN` (wouldBlock) where it would have to wait.
  ///
  /// Where the filesystem cannot tell, it is read all the same: ask `isOnLocalFilesystem` before.
  package func readCached(
    fromAbsoluteOffset offset: Int,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    var count = unsafe slipway_read_cached(
      rawValue,
      buffer.baseAddress,
      buffer.count,
      off_t(offset)
    )
    if count < 0, errno == EOPNOTSUPP {
      count = unsafe Glibc.pread(rawValue, buffer.baseAddress, buffer.count, off_t(offset))
    }
    guard count >= 0 else { throw Errno(rawValue: errno) }
    return count
  }

  /// Whether the byte at `offset` can be read without waiting. True beyond the end of the file, and
  /// where the filesystem cannot tell.
  package func isCached(at offset: Int) -> Bool {
    var byte: UInt8 = 0
    return unsafe slipway_read_cached(rawValue, &byte, 1, off_t(offset)) >= 0 || errno != EAGAIN
  }

  /// Whether the file is on a filesystem that answers from this machine's memory and disks. A
  /// filesystem not known to be one counts as none: it may be a process that has stopped, or the
  /// other end of a cable. See statfs(2), linux/magic.h.
  package var isOnLocalFilesystem: Bool {
    // `f_type` may come sign-extended from 32 bits.
    switch UInt32(truncatingIfNeeded: slipway_filesystem_of(rawValue)) {
    case 0xEF53: true  // ext2, ext3, ext4
    case 0x5846_5342: true  // XFS
    case 0x9123_683E: true  // Btrfs
    case 0x0102_1994, 0x8584_58F6: true  // tmpfs, ramfs
    case 0x794C_7630: true  // overlayfs
    case 0xF2F5_2010: true  // F2FS
    case 0xCA45_1A4E: true  // bcachefs
    case 0x2FC1_2FC1: true  // ZFS
    case 0xE0F5_E1E2, 0x7371_7368: true  // EROFS, SquashFS
    default: false
    }
  }

  /// Hands up to `count` bytes of this file, from `offset` on, to a socket: sendfile(2). The number
  /// of bytes it took, 0 at the end of the file. Throws `EAGAIN` (wouldBlock) if a non-blocking
  /// socket is full.
  package func send(
    fromAbsoluteOffset offset: Int,
    count: Int,
    to socket: FileDescriptor
  ) throws(Errno) -> Int {
    var position = off_t(offset)
    while true {
      let sent = unsafe sendfile(socket.rawValue, rawValue, &position, count)
      if sent >= 0 { return sent }
      guard errno == EINTR else { throw Errno(rawValue: errno) }
    }
  }
}
