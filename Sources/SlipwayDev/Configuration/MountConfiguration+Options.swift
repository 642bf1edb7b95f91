import SlipwayCore

extension MountConfiguration {
  /// Understands one entry of `mounts`, whatever its source. nil if something was added to
  /// `problems`.
  init?(
    _ entry: SettingEntry,
    relativeTo paths: PathResolver,
    problems: inout [ConfigurationError.Problem]
  ) {
    do throws(InvalidValue) {
      if let prefix = entry.name {
        try self.init(prefix: prefix, target: entry.text, relativeTo: paths)
      } else {
        try self.init(parsing: entry.text, relativeTo: paths)
      }
    } catch {
      problems.append(.badValue(error, at: entry.origin))
      return nil
    }
    var reader = MountOptionReader(mount: self, relativeTo: paths)
    for option in entry.options { reader.read(option) }
    reader.finish()
    guard reader.problems.isEmpty else {
      problems += reader.problems
      return nil
    }
    self = reader.mount
  }
}
