/// The path of a request below a files mount, as names to hand to the kernel.
package struct DocumentPath: Sendable, Equatable {
  /// Decoded once, in bytes. None is empty, `.` or `..`; none contains a slash or NUL.
  package let names: [[UInt8]]

  /// Whether the path ends with a slash, and so asks for a directory.
  package let endsWithSlash: Bool

  /// `path` is what follows the mount's prefix, percent-encoded: empty, or beginning with a slash.
  /// Nil if it can name no file: a malformed escape, an encoded slash, a NUL, a dot segment.
  ///
  /// Empty segments are skipped, as the kernel skips them.
  package init?(_ path: String) {
    var names: [[UInt8]] = []
    for segment in path.utf8.split(separator: UInt8(ascii: "/")) {
      guard let name = PercentEncoding.decode(segment), name != [UInt8(ascii: ".")],
        name != Array("..".utf8), !name.contains(0), !name.contains(UInt8(ascii: "/"))
      else { return nil }
      names.append(name)
    }
    self.names = names
    endsWithSlash = path.utf8.last == UInt8(ascii: "/")
  }

  private init(names: [[UInt8]]) {
    self.names = names
    endsWithSlash = false
  }

  /// The path of a file in the directory that this one names.
  func appending(_ name: StaticString) -> DocumentPath {
    DocumentPath(names: names + [name.withUTF8Buffer { Array($0) }])
  }

  /// Whether the path names something that a files mount never shows.
  package var isSecret: Bool {
    names.contains(where: SecretNames.contains)
  }

  /// Relative to the directory of the mount.
  var bytes: [UInt8] {
    names.isEmpty ? [UInt8(ascii: ".")] : Array(names.joined(separator: [UInt8(ascii: "/")]))
  }

  /// As the user reads it.
  var text: String {
    "/" + String(decoding: Array(names.joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
  }
}
