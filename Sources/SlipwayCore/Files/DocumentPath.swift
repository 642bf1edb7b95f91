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
      guard let name = PercentEncoding.decode(segment), Self.canBeName(name) else { return nil }
      names.append(name)
    }
    self.names = names
    endsWithSlash = path.utf8.last == UInt8(ascii: "/")
  }

  /// The path of a file that the configuration names, relative to the mounted directory; nothing in
  /// it is encoded. Nil if it can name no file there.
  package init?(file: String) {
    names = file.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
    endsWithSlash = false
    guard !names.isEmpty, names.allSatisfy(Self.canBeName) else { return nil }
  }

  private init(names: [[UInt8]]) {
    self.names = names
    endsWithSlash = false
  }

  /// The path of something in the directory that this one names. Nil if `file` can name nothing.
  func appending(_ file: String) -> DocumentPath? {
    DocumentPath(file: file).map { DocumentPath(names: names + $0.names) }
  }

  /// The path of an entry of the directory that this one names.
  func appending(_ name: [UInt8]) -> DocumentPath {
    DocumentPath(names: names + [name])
  }

  /// The path of the file beside this one whose name is longer by `ending`; nil for the mounted
  /// directory itself.
  func withEnding(_ ending: StaticString) -> DocumentPath? {
    guard let last = names.last else { return nil }
    return DocumentPath(names: names.dropLast() + [last + ending.withUTF8Buffer { Array($0) }])
  }

  /// Whether the path names something that a files mount does not show.
  package func isSecret(showingDotFiles: Bool = false) -> Bool {
    names.contains { SecretNames.contains($0, showingDotFiles: showingDotFiles) }
  }

  /// Relative to the directory of the mount.
  var bytes: [UInt8] {
    names.isEmpty ? [UInt8(ascii: ".")] : Array(names.joined(separator: [UInt8(ascii: "/")]))
  }

  /// As the user reads it.
  var text: String {
    "/" + String(decoding: Array(names.joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
  }

  private static func canBeName(_ name: [UInt8]) -> Bool {
    !name.isEmpty && name != [UInt8(ascii: ".")] && name != Array("..".utf8) && !name.contains(0)
      && !name.contains(UInt8(ascii: "/"))
  }
}
