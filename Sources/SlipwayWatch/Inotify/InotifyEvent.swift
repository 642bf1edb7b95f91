import CInotifyTools

/// One event, copied out of the library's buffer. See inotify(7).
struct InotifyEvent {
  /// What every directory is watched for. Not IN_OPEN, IN_ACCESS, IN_CLOSE_NOWRITE: the compiler's
  /// own reads would flood the queue.
  static let mask =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF
    | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK

  /// -1 for an overflow.
  let watch: Int32

  private let bits: Int32

  /// The entry of the directory that the event is about; nil if it is about the directory, or if
  /// the name is not UTF-8.
  let name: String?

  init(watch: Int32, bits: Int32, name: String?) {
    self.watch = watch
    self.bits = bits
    self.name = name
  }

  /// Events were lost.
  var isOverflow: Bool { bits & IN_Q_OVERFLOW != 0 }

  /// The watch is gone; no further event will bear its descriptor.
  var isEndOfWatch: Bool { bits & IN_IGNORED != 0 }

  /// The directory is not any more where it was watched.
  var isAboutWatchedDirectory: Bool {
    bits & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT) != 0
  }

  /// The entry is a directory.
  var isDirectory: Bool { bits & IN_ISDIR != 0 }

  /// The entry is a file that its writer has closed, or put there whole.
  var isWholeFile: Bool { !isDirectory && bits & (IN_CLOSE_WRITE | IN_MOVED_TO) != 0 }

  /// There is no such entry any more.
  var isDeparture: Bool { bits & (IN_DELETE | IN_MOVED_FROM) != 0 }

  /// The entry appeared under this name.
  var isArrival: Bool { bits & (IN_CREATE | IN_MOVED_TO) != 0 }
}
