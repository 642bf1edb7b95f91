import SlipwayCore

extension MountConfiguration {
  /// What is set for the mount and is not the default, a line each, in the words of the
  /// configuration file.
  package var settings: [String] {
    let files: [String] = if case .files = target { filesOptions.settings } else { [] }
    let python: [String] = if case .wsgi = target { pythonOptions.settings } else { [] }
    return rules.settings + files + python
  }
}

extension MountRules {
  fileprivate var settings: [String] {
    var lines: [String] = []
    if let access {
      func list(_ name: String, _ rules: [AccessRule]) -> String? {
        rules.isEmpty ? nil : "\(name): " + rules.map(\.text).joined(separator: ", ")
      }
      let allow = list("allow", access.allow)
      let deny = list("deny", access.deny)
      let isDenied = access.order == .allowDeny
      let first = isDenied ? access.allow : access.deny
      let others = "all others are \(isDenied ? "denied" : "allowed")"
      lines.append(
        [isDenied ? allow : deny, isDenied ? deny : allow]
          .compactMap(\.self).joined(separator: ", but ")
          + (first.contains(where: \.meansEverybody) ? "" : "; \(others)")
      )
    }
    if let methods { lines.append("methods: " + methods.joined(separator: ", ")) }
    for field in responseFields {
      lines.append("headers: \(field.name): \(field.value.shownSafely)")
    }
    if let bodyLimit { lines.append("body-limit: \(bodyLimit) bytes") }
    if !reloadsLive { lines.append("live-reload: false") }
    return lines
  }
}

extension FilesOptions {
  fileprivate var settings: [String] {
    let standard = FilesOptions()
    var lines: [String] = []
    func add<Value: Equatable>(
      _ option: MountOption,
      _ path: KeyPath<FilesOptions, Value>,
      _ shown: (Value) -> String
    ) {
      guard self[keyPath: path] != standard[keyPath: path] else { return }
      lines.append("\(option.rawValue): \(shown(self[keyPath: path]).shownSafely)")
    }
    add(.index, \.index) { $0.isEmpty ? "none" : $0.joined(separator: ", ") }
    add(.listDirectories, \.listsDirectories) { "\($0)" }
    add(.fallback, \.fallback) { $0 ?? "false" }
    add(.notFound, \.notFoundPage) { $0 ?? "false" }
    add(.followLinks, \.followsLinksOut) { "\($0)" }
    add(.dotFiles, \.showsDotFiles) { "\($0)" }
    add(.cacheControl, \.cacheControl) { $0 }
    add(.precompressed, \.sendsPrecompressed) { "\($0)" }
    return lines
  }
}
