import SlipwayCore

/// Gives the options of one mount their meaning, and keeps what is wrong with them.
struct MountOptionReader {
  private(set) var mount: MountConfiguration
  private(set) var problems: [ConfigurationError.Problem] = []

  private var access = AccessDraft()
  private var interpreter = InterpreterDraft()

  private let paths: PathResolver

  init(mount: MountConfiguration, relativeTo paths: PathResolver) {
    self.mount = mount
    self.paths = paths
  }

  mutating func read(_ option: SettingEntry.Option) {
    if option.option.isOfPython {
      guard case .wsgi = mount.target else {
        return refuse(
          InvalidValue(
            "“\(option.option.rawValue)” is for Python, and \(mount.prefix.shownSafely) is none.",
            hint: "Remove it, or serve “wsgi:app.py”."
          ),
          at: option.origin
        )
      }
      return readPython(option)
    }
    if option.option.isOfFiles, !mount.target.isFiles {
      refuse(
        InvalidValue(
          "“\(option.option.rawValue)” is for files, and \(mount.prefix.shownSafely) is an "
            + "application.",
          hint: "Remove it, or mount the files under a prefix of their own."
        ),
        at: option.origin
      )
      return
    }
    let entries = option.entries
    switch option.option {
    case .serve: break
    case .allow: access.allow = (list(entries, accessRule), option.origin)
    case .deny: access.deny = (list(entries, accessRule), option.origin)
    case .order:
      let text = entries.map(\.text).joined(separator: ",")
      access.order = attempt(at: entries.first?.origin ?? option.origin) {
        () throws(InvalidValue) in
        (try AccessRules.Order(parsing: text), option.origin)
      }
    case .methods:
      mount.rules.methods = list(entries, method)
      if entries.isEmpty {
        refuse(
          InvalidValue("“methods” is empty: nothing could be asked for.", hint: "Remove it."),
          at: option.origin
        )
      }
    case .headers: readHeaders(entries)
    case .bodyLimit:
      mount.rules.bodyLimit = single(entries) { text throws(InvalidValue) in
        try ByteCount(parsing: text).bytes
      }
    case .liveReload: set(\.rules.reloadsLive, single(entries, boolean))
    case .index: mount.filesOptions.index = list(entries, fileName)
    case .listDirectories: set(\.filesOptions.listsDirectories, single(entries, boolean))
    case .fallback: set(\.filesOptions.fallback, single(entries, fileOrNone))
    case .notFound: set(\.filesOptions.notFoundPage, single(entries, fileOrNone))
    case .followLinks: set(\.filesOptions.followsLinksOut, single(entries, boolean))
    case .dotFiles: set(\.filesOptions.showsDotFiles, single(entries, boolean))
    case .cacheControl: set(\.filesOptions.cacheControl, single(entries, cacheControl))
    case .precompressed: set(\.filesOptions.sendsPrecompressed, single(entries, boolean))
    case .pythonPath, .pythonHome, .callableObject, .threads, .queueTimeout, .requestTimeout,
      .environment, .validate, .debugger, .pydevPath, .pydevServer, .applicationGroup, .ownGIL,
      .pythonEggs:
      break
    }
  }

  private mutating func readPython(_ option: SettingEntry.Option) {
    let entries = option.entries
    let paths = paths
    switch option.option {
    case .pythonPath: mount.pythonOptions.path = list(entries, paths.absolute)
    case .pythonHome: mount.pythonOptions.home = single(entries, paths.absolute)
    case .callableObject: mount.pythonOptions.callable = single(entries, pythonName)
    case .threads: mount.pythonOptions.threads = single(entries, threadCount)
    case .queueTimeout: mount.pythonOptions.queueTimeout = single(entries, timeout)
    case .requestTimeout: mount.pythonOptions.requestTimeout = single(entries, timeout)
    case .validate: set(\.pythonOptions.validates, single(entries, boolean))
    case .debugger:
      mount.pythonOptions.debugger = single(entries, oneOf)
      interpreter.debugger = option.origin
    case .pydevPath: mount.pythonOptions.pydevPath = single(entries, paths.absolute)
    case .pydevServer: mount.pythonOptions.pydevServer = single(entries, hostAndPort)
    case .pythonEggs: mount.pythonOptions.eggs = single(entries, paths.absolute)
    case .applicationGroup:
      let prefix = mount.prefix
      set(
        \.pythonOptions.group,
        single(entries) { text throws(InvalidValue) in try applicationGroup(text, of: prefix) }
      )
    case .ownGIL:
      set(\.pythonOptions.hasOwnGIL, single(entries, boolean))
      interpreter.ownGIL = option.origin
    case .environment:
      for pair in list(entries, { entry throws(InvalidValue) in try paths.variable(entry) }) {
        mount.pythonOptions.environment[pair[0]] = pair[1]
      }
    default: break
    }
  }

  /// Puts together what only makes sense together; to be called when all options have been read.
  mutating func finish() {
    guard problems.isEmpty else { return }
    do throws(Contradiction) {
      mount.rules.access = try access.rules()
    } catch {
      refuse(error.value, at: error.origin)
    }
    do throws(Contradiction) {
      try interpreter.check(mount)
    } catch {
      refuse(error.value, at: error.origin)
    }
  }

  private mutating func readHeaders(_ entries: [SettingEntry]) {
    var spellings: [String: String] = [:]
    mount.rules.responseFields = list(entries) { entry throws(InvalidValue) in
      let field = MountRules.Field(name: entry.name ?? "", value: entry.text)
      if let problem = InvalidValue(unfit: field) { throw problem }
      let known = spellings.updateValue(field.name, forKey: field.name.lowercased())
      guard known == nil || known == field.name else {
        throw InvalidValue(
          "“\(field.name)” is given twice, in two spellings.",
          hint: "Keep one of them; several values of one field are a list."
        )
      }
      return field
    }
  }

  // MARK: - Values

  private mutating func set<Value>(
    _ path: WritableKeyPath<MountConfiguration, Value>,
    _ value: Value?
  ) {
    if let value { mount[keyPath: path] = value }
  }

  private mutating func list<Value>(
    _ entries: [SettingEntry],
    _ parse: (SettingEntry) throws(InvalidValue) -> Value
  ) -> [Value] {
    entries.compactMap { entry in
      attempt(at: entry.origin) { () throws(InvalidValue) in try parse(entry) }
    }
  }

  private mutating func list<Value>(
    _ entries: [SettingEntry],
    _ parse: (String) throws(InvalidValue) -> Value
  ) -> [Value] {
    list(entries) { (entry: SettingEntry) throws(InvalidValue) in try parse(entry.text) }
  }

  private mutating func single<Value>(
    _ entries: [SettingEntry],
    _ parse: (String) throws(InvalidValue) -> Value
  ) -> Value? {
    list(entries, parse).last
  }

  private mutating func attempt<Value>(
    at origin: SettingEntry.Origin,
    _ parse: () throws(InvalidValue) -> Value
  ) -> Value? {
    do throws(InvalidValue) {
      return try parse()
    } catch {
      refuse(error, at: origin)
      return nil
    }
  }

  private mutating func refuse(_ value: InvalidValue, at origin: SettingEntry.Origin) {
    problems.append(.badValue(value, at: origin))
  }
}
