extension SearchPaths.Entry {
  /// Understands a directory under the name of its kind, or `KIND=DIR`; of sources, `OLD=NEW`.
  init(_ entry: SettingEntry, relativeTo paths: PathResolver) throws(InvalidValue) {
    let (name, value) = try entry.pair(like: "libraries=DIR")
    guard let kind = SearchPaths.Kind(rawValue: name) else {
      let known = SearchPaths.Kind.allCases.map(\.rawValue)
      throw InvalidValue(
        "There is no kind of search path “\(name.shownSafely)”.",
        hint: name.nearest(among: known).map { "Did you mean “\($0)”?" }
          ?? "The kinds are \(known.joined(separator: ", "))."
      )
    }
    guard kind == .sources else {
      self.init(kind, try Self.directory(value, paths))
      return
    }
    guard let (old, new) = value.splitAtEquals, !old.isEmpty, !new.isEmpty else {
      throw InvalidValue(
        "“\(value.shownSafely)” does not say where sources were and where they are.",
        hint: "Write OLD=NEW, such as /build/app=src."
      )
    }
    // What is no absolute path stands in the debug information as it is written here.
    let isPath = old.hasPrefix("/") || old.hasPrefix("~")
    self.init(
      kind,
      try Self.directory(new, paths),
      compiledAt: isPath ? try Self.directory(old, paths) : try Self.checked(old)
    )
  }

  private static func directory(
    _ text: String,
    _ paths: PathResolver
  ) throws(InvalidValue) -> String {
    try checked(paths.absolute(text))
  }

  /// Linkers and debuggers separate directories by colons, and commands by line breaks.
  private static func checked(_ path: String) throws(InvalidValue) -> String {
    guard !path.contains(where: { $0 == ":" || $0.isNewline }) else {
      throw InvalidValue(
        "“\(path.shownSafely)” cannot be a search path: it has a colon or a line break in it.",
        hint: "Give the directory another name, or make a symbolic link to it."
      )
    }
    return path
  }
}

extension SettingEntry {
  /// The value with its key, which comes from a mapping or stands before a `=`.
  func pair(like example: String) throws(InvalidValue) -> (name: String, value: String) {
    if let name { return (name, text) }
    guard let pair = text.splitAtEquals, !pair.0.isEmpty else {
      throw InvalidValue(
        "“\(text.shownSafely)” does not say what it is.",
        hint: "Write both, such as \(example)."
      )
    }
    return pair
  }
}

extension String {
  fileprivate var splitAtEquals: (String, String)? {
    guard let equals = firstIndex(of: "=") else { return nil }
    return (String(self[..<equals]), String(self[index(after: equals)...]))
  }
}

extension PathResolver {
  /// A variable of the environment and its value, in which a `~/` at the beginning is the home.
  func variable(_ entry: SettingEntry) throws(InvalidValue) -> [String] {
    let (name, value) = try entry.pair(like: "PYTHONHOME=DIR")
    guard !name.isEmpty, name.utf8.allSatisfy({ $0 != 0 && $0 != UInt8(ascii: "=") }),
      !value.utf8.contains(0)
    else {
      throw InvalidValue("“\(name.shownSafely)” cannot be the name of a variable.")
    }
    return [name, value.hasPrefix("~/") ? try absolute(value) : value]
  }
}
