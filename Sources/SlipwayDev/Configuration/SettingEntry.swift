/// One value of a setting as somebody wrote it, not yet understood.
struct SettingEntry: Equatable {
  /// The key, where the value comes from a mapping: the prefix of a mount.
  var name: String?

  var text: String

  var origin: Origin

  /// What the mapping of a mount says beside `text`, which is its `serve`.
  var options: [Option] = []

  /// One key of such a mapping.
  struct Option: Equatable {
    var option: MountOption

    /// Several for a list or a mapping, where they have names.
    var entries: [SettingEntry]

    /// Where the key is.
    var origin: Origin
  }

  /// Where a value was written: what an error points at.
  enum Origin: Equatable {
    /// Line and column are counted from 1.
    case file(name: String, line: Int, column: Int)
    case environment(variable: String)
    case flag(String)
  }
}

extension SettingEntry.Origin: CustomStringConvertible {
  var description: String {
    switch self {
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .environment(let variable): variable
    case .flag(let flag): flag
    }
  }
}
