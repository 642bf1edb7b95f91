import SlipwayYAML

/// The text of a configuration file, taken apart into settings with their positions.
///
/// This looks at the shape only: which keys there are, and whether each has a value, a list or a
/// mapping. What the values mean is the same for every source: `DevConfiguration.apply`.
struct ConfigurationFile {
  /// The settings that the file gives, in the order of the file.
  private(set) var settings: [(setting: Setting, entries: [SettingEntry])] = []

  var problems: [ConfigurationError.Problem] = []

  /// Whoever has so many problems has one: this is not the file that was meant.
  private static let problemLimit = 100

  /// The name that positions are given with.
  private let name: String

  /// Never fails: what is wrong is in `problems`, and what is right is in `settings` all the same.
  init(yaml: String, name: String) {
    self.name = name
    do throws(YAMLError) {
      guard let root = try YAMLReader.read(yaml) else { return }
      read(root)
    } catch {
      problems.append(problem(with: error))
    }
  }

  // MARK: - Shape

  private mutating func read(_ root: YAMLNode) {
    if root.isNull { return }
    guard case .mapping(let mapping, _) = root else {
      refuse(root, "The file is \(root.kind).", hint: "Write settings, such as “open: true”.")
      return
    }
    for (key, value) in mapping where hasRoom {
      guard let name = key.text else {
        refuse(key, "A setting cannot be named by \(key.kind).")
        continue
      }
      guard let setting = Setting(rawValue: name) else {
        let known = Setting.allCases.map(\.rawValue)
        problems.append(.unknownKey(name, at: origin(of: key), known: known))
        continue
      }
      if let entries = entries(of: value, shaped: setting.shape, for: name) {
        settings.append((setting, entries))
      }
    }
  }

  /// Whether further problems are worth telling.
  var hasRoom: Bool { problems.count < Self.problemLimit }

  /// The entries of the setting or option `name`; nil if something was refused.
  mutating func entries(
    of value: YAMLNode,
    shaped shape: Setting.Shape,
    for name: String
  ) -> [SettingEntry]? {
    switch (shape, value) {
    case (.mounts, .mapping(let mapping, _)):
      // The others may have mistakes too, which are told at the same time.
      return mapping.compactMap { mount($0.key, $0.value) }
    case (.table, .mapping(let mapping, _)), (.options, .mapping(let mapping, _)):
      return all(mapping.map { lines($0.value, of: name, named: $0.key) })?.flatMap(\.self)
    case (.list, .sequence(let sequence, _)):
      return all(sequence.map { entry($0, of: name) })
    case (.mounts, _):
      return refuse(
        value,
        "“\(name)” is \(value.kind), but has to be a mapping.",
        hint: "Write each mount on a line below it: “  /static: files:public”."
      )
    case (.table, _):
      return refuse(
        value,
        "“\(name)” is \(value.kind), but has to be a mapping.",
        hint: "Write a name, a colon and a value on each line below it."
      )
    case (.scalar, _), (.list, _), (.options, _):
      return entry(value, of: name).map { [$0] }
    }
  }

  /// One value, or each of a list of them, under the same name.
  private mutating func lines(
    _ value: YAMLNode,
    of setting: String,
    named key: YAMLNode
  ) -> [SettingEntry]? {
    guard case .sequence(let sequence, _) = value else {
      return entry(value, of: setting, named: key).map { [$0] }
    }
    return all(sequence.map { entry($0, of: setting, named: key) })
  }

  mutating func entry(
    _ value: YAMLNode,
    of setting: String,
    named key: YAMLNode? = nil
  ) -> SettingEntry? {
    var name: String?
    if let key {
      name = self.name(key, in: setting)
      if name == nil { return nil }
    }
    let subject = (name ?? setting).shownSafely
    if value.isNull {
      return refuse(value, "“\(subject)” has no value.", hint: "Give it one, or remove the key.")
    }
    guard let text = value.text else {
      return refuse(value, "“\(subject)” is \(value.kind), but has to be one value.")
    }
    return SettingEntry(name: name, text: text, origin: origin(of: value))
  }

  /// The text of a key; nil if it was refused.
  mutating func name(_ key: YAMLNode, in setting: String) -> String? {
    if let text = key.text { return text }
    return refuse(
      key,
      "A name in “\(setting.shownSafely)” is \(key.kind), but has to be text."
    )
  }

  /// The entries, if none of them was refused.
  private func all<Entry>(_ entries: [Entry?]) -> [Entry]? {
    let understood = entries.compactMap(\.self)
    return understood.count == entries.count ? understood : nil
  }

  @discardableResult
  mutating func refuse<Result>(
    _ node: YAMLNode,
    _ message: String,
    hint: String? = nil
  ) -> Result? {
    problems.append(.badValue(InvalidValue(message, hint: hint), at: origin(of: node)))
    return nil
  }

  private mutating func refuse(_ node: YAMLNode, _ message: String, hint: String? = nil) {
    problems.append(.badValue(InvalidValue(message, hint: hint), at: origin(of: node)))
  }

  func origin(of node: YAMLNode) -> SettingEntry.Origin { origin(at: node.mark) }

  private func origin(at mark: YAMLMark) -> SettingEntry.Origin {
    .file(name: name, line: mark.line, column: mark.column)
  }

  // MARK: - Syntax

  private func problem(with error: YAMLError) -> ConfigurationError.Problem {
    switch error {
    case .syntax(let what, let mark):
      .notYAML(
        "This is not YAML: \(what.shownSafely).",
        at: origin(at: mark),
        remedy: remedy(for: what)
      )
    case .character(let what, let mark):
      .notYAML("This is not text: \(what.shownSafely).", at: origin(at: mark))
    case .anchor(let mark):
      .notYAML(
        "Anchors (&name) are not supported here.",
        at: origin(at: mark),
        remedy: "Write the value out; quote an & that is just text."
      )
    case .duplicateKeys(let keys, let mark):
      .duplicateKeys(keys, at: origin(at: mark))
    case .tooDeep(let mark):
      .notYAML("No setting is nested as deeply as this.", at: origin(at: mark))
    case .outOfMemory:
      .notYAML("There is too little memory to read it.", at: .file(name: name, line: 1, column: 1))
    }
  }

  /// What has most likely happened where libyaml complains so.
  private func remedy(for complaint: String) -> String? {
    switch complaint {
    case "found undefined alias", "did not find expected alphabetic or numeric character":
      "Quote a text that begins with *: \"*.log\"."
    case "found character that cannot start any token": "Indent with spaces, not with tabs."
    case "could not find expected ':'": "Write a name, a colon, a space and a value."
    default: nil
    }
  }
}

extension YAMLNode {
  /// The text of a scalar, quoted or not.
  fileprivate var text: String? {
    guard case .scalar(let text, _, _) = self else { return nil }
    return text
  }

  /// Whether this is an empty value, or a plain `~` or `null`.
  fileprivate var isNull: Bool {
    guard case .scalar(let text, isPlain: true, _) = self else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  fileprivate var kind: String {
    switch self {
    case .scalar: "one value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
