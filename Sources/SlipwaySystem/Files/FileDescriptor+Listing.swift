import Glibc
package import SystemPackage

// What is in a directory.
extension FileDescriptor {
  /// The names in this directory without `.` and `..`, in no order, in bytes; `isComplete` is false
  /// if there are more than `limit`. Blocks. See readdir(3).
  package func names(
    atMost limit: Int
  ) throws(Errno) -> (names: [[UInt8]], isComplete: Bool) {
    // Opened anew: a duplicate would share its position with this descriptor.
    let again = unsafe openat(rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard again >= 0 else { throw Errno(rawValue: errno) }
    guard let stream = unsafe fdopendir(again) else {
      let error = Errno(rawValue: errno)
      Glibc.close(again)
      throw error
    }
    defer { unsafe closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        guard errno == 0 else { throw Errno(rawValue: errno) }
        return (names, true)
      }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe Array($0.prefix { $0 != 0 })
      }
      if name == Array(".".utf8) || name == Array("..".utf8) { continue }
      guard names.count < limit else { return (names, false) }
      names.append(name)
    }
  }

  /// What lstat(2) says of `path`, relative to this directory and in bytes.
  package func linkStatus(of path: [UInt8]) throws(Errno) -> Stat {
    let terminated = path + [0]
    var status = Glibc.stat()
    let result = unsafe terminated.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return Int32(-1) }
      return unsafe fstatat(
        rawValue,
        start.assumingMemoryBound(to: CChar.self),
        &status,
        AT_SYMLINK_NOFOLLOW
      )
    }
    guard result == 0 else { throw Errno(rawValue: errno) }
    return Stat(rawValue: status)
  }
}
