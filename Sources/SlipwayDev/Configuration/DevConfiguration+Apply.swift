import SlipwayBuild
import SlipwayCore

extension DevConfiguration {
  /// Lays one setting of one source over what is there: the one place where values get their
  /// meaning. A setting replaces what a lower source said, lists and mounts as a whole; search paths
  /// and variables of debuggers are added to what it said.
  ///
  /// What cannot be understood is added to `problems`, and the setting stays as it was.
  mutating func apply(
    _ setting: Setting,
    _ entries: [SettingEntry],
    relativeTo paths: PathResolver,
    problems: inout [ConfigurationError.Problem]
  ) {
    func list<Value: Hashable>(
      _ parse: (SettingEntry) throws(InvalidValue) -> Value
    ) -> [Value] {
      entries.compactMap { entry in
        do throws(InvalidValue) {
          return try parse(entry)
        } catch {
          problems.append(.badValue(error, at: entry.origin))
          return nil
        }
      }
    }
    func single<Value: Hashable>(
      _ parse: (String) throws(InvalidValue) -> Value
    ) -> Value? {
      list { entry throws(InvalidValue) in try parse(entry.text) }.last
    }

    switch setting {
    case .listen:
      listen = list { entry throws(InvalidValue) in
        try ListenAddress(parsing: entry.text, relativeTo: paths)
      }
      refuseDuplicates(in: listen.map(\.description), of: entries, problems: &problems)
      if entries.isEmpty { listen = DevConfiguration(directory: directory).listen }
    case .allowedHosts:
      allowedHosts = list { entry throws(InvalidValue) in try HostPattern(parsing: entry.text) }
      refuseDuplicates(in: allowedHosts.map(\.description), of: entries, problems: &problems)
    case .mounts:
      mounts = entries.compactMap { entry in
        MountConfiguration(entry, relativeTo: paths, problems: &problems)
      }
      refuseDuplicates(in: mounts.map(\.prefix), of: entries, problems: &problems)
    case .ignore: ignore = list { entry throws(InvalidValue) in try pattern(entry.text) }
    case .watch: isWatching = single(boolean) ?? isWatching
    case .configuration:
      if let configuration: BuildRequest.Configuration = single(oneOf) {
        build = build ?? BuildSettings()
        build?.configuration = configuration
      }
    case .buildFlags:
      build = build ?? BuildSettings()
      build?.flags = list { entry throws(InvalidValue) in try BuildSettings.flag(entry.text) }
    case .sanitize:
      _ = list { entry throws(InvalidValue) -> String in throw BuildSettings.sanitizer(entry.text) }
    case .onBuildFailure: onBuildFailure = single(oneOf) ?? onBuildFailure
    case .holdTimeout: holdTimeout = single(Duration.init(parsing:)) ?? holdTimeout
    case .grace: grace = single(Duration.init(parsing:)) ?? grace
    case .loadTimeout: loadTimeout = single(timeout) ?? loadTimeout
    case .crashLimit: crashLimit = single(countOrNone) ?? crashLimit
    case .open: opensBrowser = single(boolean) ?? opensBrowser
    case .generationHeader: sendsGeneration = single(boolean) ?? sendsGeneration
    case .tls: tls = single(boolean) ?? tls
    case .tlsCertificate: tlsCertificate = single(paths.absolute) ?? tlsCertificate
    case .tlsKey: tlsKey = single(paths.absolute) ?? tlsKey
    case .logFormat: logFormat = single(oneOf) ?? logFormat
    case .headTimeout: limits.headTimeout = single(timeout) ?? limits.headTimeout
    case .bodyTimeout: limits.bodyTimeout = single(timeout) ?? limits.bodyTimeout
    case .idleTimeout: limits.idleTimeout = single(timeout) ?? limits.idleTimeout
    case .writeTimeout: limits.writeTimeout = single(timeout) ?? limits.writeTimeout
    case .headLimit: limits.head = single(lineSize) ?? limits.head
    case .requestLineLimit: limits.requestLine = single(lineSize) ?? limits.requestLine
    case .fieldLimit: limits.fields = single(count) ?? limits.fields
    case .bodyLimit: limits.body = single(size) ?? limits.body
    case .connectionLimit: limits.connections = single(count) ?? limits.connections
    case .accessLog: accessLog = log(entries, takesFormat: true, paths, &problems) ?? accessLog
    case .errorLog: errorLog = log(entries, takesFormat: false, paths, &problems) ?? errorLog
    case .applicationOutput: applicationOutput = single(oneOf) ?? applicationOutput
    case .debugSocket:
      debugSocket =
        single { text throws(InvalidValue) in
          try DebugSocketSetting(parsing: text, relativeTo: paths)
        } ?? debugSocket
    case .waitForDebugger: waitsForDebugger = single(boolean) ?? waitsForDebugger
    case .console: hasConsoles = single(boolean) ?? hasConsoles
    case .searchPaths:
      // Added to those of lower sources: one more for a session must not take the others away.
      searchPaths.add(
        list { entry throws(InvalidValue) in try SearchPaths.Entry(entry, relativeTo: paths) }
      )
    case .debuggerEnvironment:
      for pair in list({ entry throws(InvalidValue) in try paths.variable(entry) }) {
        debuggerEnvironment[pair[0]] = pair[1]
      }
    }
  }

  /// nil if an entry could not be understood.
  private func log(
    _ entries: [SettingEntry],
    takesFormat: Bool,
    _ paths: PathResolver,
    _ problems: inout [ConfigurationError.Problem]
  ) -> LogConfiguration? {
    var log = LogConfiguration()
    var isGood = true
    for entry in entries {
      do throws(InvalidValue) {
        try log.apply(entry, relativeTo: paths, takesFormat: takesFormat)
      } catch {
        problems.append(.badValue(error, at: entry.origin))
        isGood = false
      }
    }
    return isGood ? log : nil
  }

  /// `names` are those of the entries that were understood; with a bad one among them, the
  /// positions no longer correspond and duplicates wait for the next reading.
  private func refuseDuplicates(
    in names: [String],
    of entries: [SettingEntry],
    problems: inout [ConfigurationError.Problem]
  ) {
    guard names.count == entries.count else { return }
    var seen: Set<String> = []
    for (name, entry) in zip(names, entries) where !seen.insert(name).inserted {
      // Every connection may ask for a port of its own choosing.
      if name.hasSuffix(":0"), !name.hasPrefix("/") { continue }
      problems.append(.duplicate(name, at: entry.origin))
    }
  }
}

func boolean(_ text: String) throws(InvalidValue) -> Bool {
  switch text {
  case "true": return true
  case "false": return false
  default:
    let meant =
      ["yes", "on", "1", "True", "TRUE", "y"].contains(text)
      ? "true" : ["no", "off", "0", "False", "FALSE", "n"].contains(text) ? "false" : nil
    throw InvalidValue(
      "“\(text.shownSafely)” is neither true nor false.",
      hint: meant.map { "Write \($0)." } ?? "Write true or false."
    )
  }
}

func timeout(_ text: String) throws(InvalidValue) -> Duration {
  let duration = try Duration(parsing: text)
  guard duration > .zero else {
    throw InvalidValue(
      "“\(text.shownSafely)” leaves no time at all.",
      hint: "Write how long to wait, such as 30s."
    )
  }
  return duration
}

private func size(_ text: String) throws(InvalidValue) -> Int {
  try ByteCount(parsing: text).bytes
}

/// A limit below which ordinary requests of browsers would not fit.
private func lineSize(_ text: String) throws(InvalidValue) -> Int {
  try ByteCount(parsing: text, atLeast: 1024).bytes
}

private func count(_ text: String) throws(InvalidValue) -> Int {
  guard let number = Int32(decimal: text), number > 0 else {
    throw InvalidValue(
      "“\(text.shownSafely)” is not a number from 1 to \(Int32.max).",
      hint: "Write a whole number without a unit, such as 200."
    )
  }
  return Int(number)
}

private func countOrNone(_ text: String) throws(InvalidValue) -> Int {
  text == "0" ? 0 : try count(text)
}

func oneOf<Choice: RawRepresentable<String> & CaseIterable>(
  _ text: String
) throws(InvalidValue) -> Choice {
  if let choice = Choice(rawValue: text) { return choice }
  let names = Choice.allCases.map(\.rawValue)
  throw InvalidValue(
    "“\(text.shownSafely)” is not one of \(names.joined(separator: ", ")).",
    hint: text.nearest(among: names).map { "Did you mean \($0)?" }
  )
}

/// A line of .gitignore syntax: gitignore(5).
private func pattern(_ text: String) throws(InvalidValue) -> String {
  guard !text.isEmpty, !text.utf8.contains(0), !text.contains(where: \.isNewline) else {
    throw InvalidValue(
      "“\(text.shownSafely)” is not a pattern.",
      hint: "Write one pattern, such as *.log."
    )
  }
  return text
}
