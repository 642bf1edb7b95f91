import Glibc

/// What tells one state of a file from another without reading it. See inode(7).
struct FileStamp: Sendable, Hashable, Codable {
  let size: Int64
  /// Nanoseconds since 1970.
  let modified: Int64
  let inode: UInt64

  /// Nil if there is no regular file; symbolic links are followed.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    size = Int64(status.st_size)
    modified =
      Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    inode = UInt64(status.st_ino)
  }

  /// When the file's inode last changed, which nobody can set back: nanoseconds since 1970.
  static func statusChanged(_ path: String) -> Int64? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
  }
}
