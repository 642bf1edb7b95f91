import SlipwayYAML

// The shape of mounts: a prefix with what is served, or with a mapping that says more.
extension ConfigurationFile {
  /// What was understood; nil if that is not enough.
  mutating func mount(_ key: YAMLNode, _ value: YAMLNode) -> SettingEntry? {
    guard case .mapping(let mapping, _) = value else {
      return entry(value, of: "mounts", named: key)
    }
    guard let prefix = name(key, in: "mounts") else { return nil }
    let known = problems.count
    var served: SettingEntry?
    var options: [SettingEntry.Option] = []
    for (key, value) in mapping where hasRoom {
      guard let name = name(key, in: prefix) else { continue }
      guard let option = MountOption(rawValue: name) else {
        problems.append(.unknownOption(name, of: prefix, at: origin(of: key)))
        continue
      }
      guard let entries = entries(of: value, shaped: option.shape, for: name) else { continue }
      if option == .serve {
        served = entries.first
      } else {
        options.append(.init(option: option, entries: entries, origin: origin(of: key)))
      }
    }
    guard let served else {
      // What was refused may have been just that.
      if problems.count > known { return nil }
      return refuse(
        value,
        "“\(prefix.shownSafely)” does not say what is served.",
        hint: "Add a line such as “serve: files:public”."
      )
    }
    return SettingEntry(
      name: prefix,
      text: served.text,
      origin: served.origin,
      options: options
    )
  }
}
