import Glibc

/// What is remembered of one file, to tell whether it became different. Never whether it became
/// newer: a restored file is older and different.
struct FileRecord: Sendable, Equatable {
  var size: Int64
  /// Nanoseconds since the epoch.
  var modified: Int64
  /// Nanoseconds since the epoch; moves even when the other time is set back (`cp -p`).
  var statusChanged: Int64
  var inode: UInt64

  /// Of the content; nil for large files, and for those that the first scan had no time to read.
  var hash: UInt64?

  /// The file was written within the clock tick in which it was looked at, so that a later write
  /// may bear the same time. It counts as different from whatever is found next, until its content
  /// has been compared. (git calls such entries racy: Documentation/technical/racy-git.)
  var isRacy: Bool

  /// A record without a hash of the file with this status, as it was at `tick` of
  /// CLOCK_REALTIME_COARSE, the clock that the kernel stamps files with.
  init(_ status: stat, tick: Int64) {
    size = Int64(status.st_size)
    modified = status.st_mtim.nanoseconds
    statusChanged = status.st_ctim.nanoseconds
    inode = UInt64(status.st_ino)
    isRacy = status.st_mtim.nanoseconds >= tick
  }

  init(
    size: Int64,
    modified: Int64,
    statusChanged: Int64,
    inode: UInt64,
    hash: UInt64?,
    isRacy: Bool
  ) {
    self.size = size
    self.modified = modified
    self.statusChanged = statusChanged
    self.inode = inode
    self.hash = hash
    self.isRacy = isRacy
  }

  /// Whether a file that looks like `other` can be taken for unchanged without reading it.
  func hasStamp(of other: FileRecord) -> Bool {
    !isRacy && size == other.size && modified == other.modified
      && statusChanged == other.statusChanged && inode == other.inode
  }

  /// Whether the content is the same, as far as the two records can tell.
  func hasContent(of other: FileRecord) -> Bool {
    if let hash, let otherHash = other.hash { return hash == otherHash && size == other.size }
    return !isRacy && size == other.size && modified == other.modified && inode == other.inode
  }

  /// The current tick of the clock that the kernel stamps files with, in nanoseconds.
  static func tick() -> Int64 {
    var now = timespec()
    guard unsafe clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0 else { return .min }
    return now.nanoseconds
  }
}
