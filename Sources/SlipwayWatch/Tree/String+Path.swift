/// Paths are absolute and normalised here, and appended to and cut many thousand times in a scan;
/// plain strings do that with one allocation.
extension String {
  func appending(component: String) -> String {
    self == "/" ? "/" + component : self + "/" + component
  }

  /// The directory that holds this path; nil for `/`.
  var parentDirectory: String? {
    guard self != "/", let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  var lastComponent: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return String(self[utf8.index(after: slash)...])
  }

  /// Whether this path is `directory` or below it.
  func isAtOrBelow(_ directory: String) -> Bool {
    guard utf8.starts(with: directory.utf8) else { return false }
    if directory == "/" || utf8.count == directory.utf8.count { return true }
    return utf8[utf8.index(utf8.startIndex, offsetBy: directory.utf8.count)] == UInt8(ascii: "/")
  }
}
