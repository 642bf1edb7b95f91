import Glibc
import SystemPackage

/// A directory that is being listed. See opendir(3), readdir(3). Closes itself.
@safe
final class OpenDirectory {
  struct Entry {
    let name: String
    /// DT_REG, DT_DIR, DT_LNK, or DT_UNKNOWN where the filesystem does not tell.
    let type: Int
  }

  private let stream: OpaquePointer

  init(_ path: String) throws(Errno) {
    guard let stream = unsafe opendir(path) else { throw Errno(rawValue: errno) }
    unsafe self.stream = unsafe stream
  }

  deinit {
    unsafe closedir(stream)
  }

  /// For openat(2) and its kin, as long as this lives.
  var descriptor: Int32 { unsafe dirfd(stream) }

  /// The next entry, without `.` and `..` and without names that are not UTF-8.
  func next() -> Entry? {
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe String(
          validatingCString: UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self)
        )
      }
      guard let name, name != ".", name != ".." else { continue }
      return unsafe Entry(name: name, type: Int(entry.pointee.d_type))
    }
    return nil
  }

  /// Where the symbolic link of this name leads, cut off after `limit` bytes.
  func target(of name: String, limit: Int) -> String? {
    let target = unsafe [UInt8](unsafeUninitializedCapacity: limit) { bytes, count in
      guard let start = UnsafeMutableRawPointer(bytes.baseAddress) else { return }
      let text = unsafe start.assumingMemoryBound(to: CChar.self)
      count = unsafe max(0, readlinkat(descriptor, name, text, limit))
    }
    return target.isEmpty ? nil : String(decoding: target, as: UTF8.self)
  }

  /// The status of an entry; of what it points to if it is a symbolic link.
  func status(of name: String) -> stat? {
    var status = stat()
    return unsafe fstatat(descriptor, name, &status, 0) == 0 ? status : nil
  }
}
