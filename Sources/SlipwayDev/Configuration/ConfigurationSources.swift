/// Where the configuration comes from: defaults < file < environment < flags.
///
/// A value of this type can be resolved again and again: at the start, and whenever the file has
/// changed. It is not handed over a restart, and need not be: `execve` keeps arguments, environment
/// and working directory, so the next generation makes an equal value by reading them again, the flags
/// not before they are asked for.
package struct ConfigurationSources: Sendable {
  /// The flags of the command line, as written. nil and empty mean: not given.
  package struct Flags: Sendable {
    /// A directory, or a configuration file.
    package var path: String?
    /// The value of `--config`.
    package var file: String?
    /// The texts given for each setting; `false` for a flag such as `--no-watch`.
    package var settings: [Setting: [String]] = [:]
    package var verbosity = 0

    package init() {}
  }

  /// What is done to know the flags.
  private let readFlags: @Sendable () -> Flags
  package var flags: Flags { readFlags() }

  package var environment: [String: String]
  /// Absolute.
  package var workingDirectory: String
  /// What LISTEN_PID has to be for LISTEN_FDS to be meant for this process.
  package var processID: Int32

  package init(
    flags: Flags,
    environment: [String: String],
    workingDirectory: String,
    processID: Int32
  ) {
    self.init(
      readingFlags: { flags },
      environment: environment,
      workingDirectory: workingDirectory,
      processID: processID
    )
  }

  init(
    readingFlags: @escaping @Sendable () -> Flags,
    environment: [String: String],
    workingDirectory: String,
    processID: Int32
  ) {
    readFlags = readingFlags
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.processID = processID
  }

  /// Reads all sources and lays them over one another. Blocks for as long as reading the file does.
  ///
  /// Every problem of every source is reported, also in a value that a higher source replaces: a
  /// file with an error in it would be a surprise for whoever leaves the flag out next time.
  package func resolve() throws(ConfigurationError) -> DevConfiguration {
    let place = try ServedPlace(sources: self)
    var configuration = DevConfiguration(directory: place.directory)
    configuration.file = place.file
    configuration.verbosity = flags.verbosity
    var problems: [ConfigurationError.Problem] = []

    if let file = place.file {
      let contents = try ConfigurationFile(
        yaml: place.read(file),
        name: place.shown(file, from: workingDirectory)
      )
      problems += contents.problems
      let paths = PathResolver(base: place.directory(of: file), home: home)
      for (setting, entries) in contents.settings {
        configuration.apply(setting, entries, relativeTo: paths, problems: &problems)
      }
    }

    let paths = PathResolver(base: workingDirectory, home: home)
    for setting in Setting.allCases {
      if let entries = environmentEntries(of: setting) {
        configuration.apply(setting, entries, relativeTo: paths, problems: &problems)
      }
      if let entries = flagEntries(of: setting) {
        configuration.apply(setting, entries, relativeTo: paths, problems: &problems)
      }
    }
    if flags.settings[.listen] == nil {
      switch inheritedSockets() {
      case .success(let sockets?): configuration.listen = sockets
      case .success(nil): break
      case .failure(let invalid): problems.append(.badInheritedSockets(invalid.message))
      }
    }

    if let first = problems.first { throw ConfigurationError(first, problems.dropFirst()) }
    if configuration.mounts.isEmpty {
      configuration.mounts = [try place.defaultMount()]
    }
    return configuration
  }

  var home: String? { environment["HOME"] }

  // MARK: - Sources

  /// A list is split at line breaks if it has any, else at commas. Empty means unset.
  private func environmentEntries(of setting: Setting) -> [SettingEntry]? {
    let variable = setting.environmentVariable
    guard let value = environment[variable], !value.isEmpty else { return nil }
    let separator: Character = value.contains("\n") ? "\n" : ","
    let texts =
      setting.shape == .scalar
      ? [value]
      : value.split(separator: separator).map(\.trimmed).filter { !$0.isEmpty }
    return texts.map { SettingEntry(text: $0, origin: .environment(variable: variable)) }
  }

  private func flagEntries(of setting: Setting) -> [SettingEntry]? {
    flags.settings[setting]?.map { SettingEntry(text: $0, origin: .flag(setting.flag)) }
  }

  /// The sockets that a service manager passes from descriptor 3 up: sd_listen_fds(3). They go
  /// before file and environment, for whoever passes them wants them used.
  private func inheritedSockets() -> Result<[ListenAddress]?, InvalidValue> {
    guard let count = environment["LISTEN_FDS"], !count.isEmpty,
      environment["LISTEN_PID"].flatMap({ Int32(decimal: $0) }) == processID
    else { return .success(nil) }
    guard let number = Int32(decimal: count), number <= 1024 else {
      return .failure(InvalidValue(count))
    }
    return .success(number == 0 ? nil : (3..<3 + number).map { .descriptor($0) })
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
