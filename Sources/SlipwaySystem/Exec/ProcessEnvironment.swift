import Glibc
import Synchronization

/// The environment of this process. See environ(7).
package enum ProcessEnvironment {
  /// Takes a variable out, so that the application and child processes do not see it. To be called
  /// before there is a second thread.
  package static func take(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    unsafe _ = unsetenv(name)
    return text
  }

  /// What `keep` has found: each entry with its NUL.
  private static let kept = Mutex<[[CChar]]?>(nil)

  /// Has the environment as it is now be that of every image and helper to come. To be called once, before
  /// there is a second thread: what applications set is theirs, and ends with them. Python, for one, sets
  /// `LC_CTYPE` (PEP 538).
  package static func keep() {
    let present = current
    kept.withLock { $0 = present }
  }

  private static var current: [[CChar]] {
    var entries: [[CChar]] = []
    var next = unsafe environ
    while let entry = unsafe next.pointee {
      unsafe entries.append(Array(UnsafeBufferPointer(start: entry, count: strlen(entry) + 1)))
      unsafe next += 1
    }
    return entries
  }

  /// The entries as execve(2) takes them, byte for byte, with some variables set anew. To be freed
  /// by the caller, each and the nil at the end excepted.
  static func entries(
    setting variables: [String: String]
  ) -> [UnsafeMutablePointer<CChar>?] {
    var entries: [UnsafeMutablePointer<CChar>?] = unsafe []
    for entry in kept.withLock({ $0 }) ?? current {
      let name = entry.prefix { $0 != CChar(bitPattern: UInt8(ascii: "=")) }
      let text = String(decoding: name.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if variables[text] == nil { unsafe entries.append(strdup(entry)) }
    }
    for (name, value) in variables { unsafe entries.append(strdup("\(name)=\(value)")) }
    unsafe entries.append(nil)
    return unsafe entries
  }
}
