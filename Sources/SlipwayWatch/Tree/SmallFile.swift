import Glibc

/// Reads files that somebody else may be writing, replacing or deleting at this moment: never
/// waits (a FIFO does not block it) and never takes more than it was asked for.
enum SmallFile {
  /// The largest file that is read at all.
  static let limit = 1 << 20

  /// The content as text, nil if there is no such regular file or it is larger than `limit`.
  static func text(at path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      guard let count = read(AT_FDCWD, path, into: &buffer) else { return nil }
      if count < buffer.count { return String(decoding: buffer[..<count], as: UTF8.self) }
      guard buffer.count <= limit else { return nil }
      buffer = [UInt8](repeating: 0, count: buffer.count * 8)
    }
  }

  /// Whether there is anything at `path`, be it a link that leads nowhere.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.isRegularFile
  }

  /// Reads a regular file from its beginning, until it ends or the buffer is full. `path` is
  /// relative to the directory `directory`, as in openat(2). Returns the number of bytes, nil if
  /// the file cannot be read.
  static func read(_ directory: Int32, _ path: String, into buffer: inout [UInt8]) -> Int? {
    let descriptor = unsafe openat(directory, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.isRegularFile else { return nil }
    var filled = 0
    while filled < buffer.count {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(descriptor, bytes.baseAddress?.advanced(by: filled), bytes.count - filled)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }
}

extension stat {
  var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
  var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
  var isSymbolicLink: Bool { st_mode & S_IFMT == S_IFLNK }
}

extension timespec {
  /// Since the epoch; good until the year 2262, and wraps there.
  var nanoseconds: Int64 { Int64(tv_sec) &* 1_000_000_000 &+ Int64(tv_nsec) }
}
