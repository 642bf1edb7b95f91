import Glibc

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

  /// The entries as execve(2) takes them, byte for byte, with some variables set anew. To be freed
  /// by the caller, each and the nil at the end excepted.
  static func entries(
    setting variables: [String: String]
  ) -> [UnsafeMutablePointer<CChar>?] {
    var entries: [UnsafeMutablePointer<CChar>?] = unsafe []
    var next = unsafe environ
    while let entry = unsafe next.pointee {
      let name = unsafe String(cString: entry).prefix { $0 != "=" }
      if variables[String(name)] == nil { unsafe entries.append(strdup(entry)) }
      unsafe next += 1
    }
    for (name, value) in variables { unsafe entries.append(strdup("\(name)=\(value)")) }
    unsafe entries.append(nil)
    return unsafe entries
  }
}
