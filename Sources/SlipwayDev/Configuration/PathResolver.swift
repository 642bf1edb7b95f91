import SystemPackage

/// Makes paths absolute in the way of one source: those of a file are relative to its directory,
/// those of flags and environment to the working directory.
struct PathResolver {
  /// Absolute.
  let base: String

  /// What `~` stands for, if it is known.
  let home: String?

  /// The path without `.`, `..`, doubled slashes and `~`. Symbolic links are left alone, so `..`
  /// means what it means to a shell's `cd`.
  func absolute(_ text: String) throws(InvalidValue) -> String {
    guard !text.isEmpty else {
      throw InvalidValue("A path is missing.", hint: "Write . for the directory itself.")
    }
    guard !text.utf8.contains(0) else {
      throw InvalidValue("“\(text.shownSafely)” is not a path: it contains a NUL.")
    }
    var path = FilePath(base)
    if text == "~" || text.hasPrefix("~/") {
      guard let home, home.hasPrefix("/") else {
        throw InvalidValue(
          "“\(text.shownSafely)” needs HOME, which is not set.",
          hint: "Write the path in full."
        )
      }
      path = FilePath(home).pushing(FilePath(String(text.dropFirst(2))))
    } else {
      path.push(FilePath(text))
    }
    return path.lexicallyNormalized().string
  }
}
