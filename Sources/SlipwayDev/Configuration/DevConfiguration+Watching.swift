import SystemPackage

extension DevConfiguration {
  /// What is not watched: what the user ignores, and our own logs by their names, old ones included. A
  /// log below a watched directory would else have everything built anew with each rotation and restart.
  package var unwatched: [String] {
    ignore
      + [accessLog?.file, errorLog?.file].compactMap { $0 }
      .compactMap { FilePath($0).lastComponent?.string.escapedForPattern }
      .flatMap { [$0, "\($0).[0-9]*"] }
  }
}

extension String {
  /// The pattern of gitignore(5) that matches this name and nothing else.
  fileprivate var escapedForPattern: String {
    reduce(into: "") { pattern, character in
      if "\\*?[!# ".contains(character) { pattern.append("\\") }
      pattern.append(character)
    }
  }
}
