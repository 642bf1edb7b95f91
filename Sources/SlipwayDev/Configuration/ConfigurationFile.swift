import Yams

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
    guard !refusesAnchors(in: yaml) else { return }
    do {
      guard let root = try compose(yaml: yaml, .basic, .default, .utf8) else { return }
      read(root)
    } catch let error as YamlError {
      problems.append(problem(with: error))
    } catch {
      problems.append(.notYAML("\(error)".shownSafely, at: origin(of: nil)))
    }
  }

  // MARK: - Shape

  private mutating func read(_ root: Node) {
    if root.isNull { return }
    guard case .mapping(let mapping) = root else {
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
    of value: Node,
    shaped shape: Setting.Shape,
    for name: String
  ) -> [SettingEntry]? {
    switch (shape, value) {
    case (.mounts, .mapping(let mapping)):
      // The others may have mistakes too, which are told at the same time.
      return mapping.compactMap { mount($0.key, $0.value) }
    case (.table, .mapping(let mapping)), (.options, .mapping(let mapping)):
      return all(mapping.map { lines($0.value, of: name, named: $0.key) })?.flatMap(\.self)
    case (.list, .sequence(let sequence)):
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
    _ value: Node,
    of setting: String,
    named key: Node
  ) -> [SettingEntry]? {
    guard case .sequence(let sequence) = value else {
      return entry(value, of: setting, named: key).map { [$0] }
    }
    return all(sequence.map { entry($0, of: setting, named: key) })
  }

  mutating func entry(
    _ value: Node,
    of setting: String,
    named key: Node? = nil
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
  mutating func name(_ key: Node, in setting: String) -> String? {
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
    _ node: Node,
    _ message: String,
    hint: String? = nil
  ) -> Result? {
    problems.append(.badValue(InvalidValue(message, hint: hint), at: origin(of: node)))
    return nil
  }

  private mutating func refuse(_ node: Node, _ message: String, hint: String? = nil) {
    problems.append(.badValue(InvalidValue(message, hint: hint), at: origin(of: node)))
  }

  func origin(of node: Node?) -> SettingEntry.Origin {
    origin(at: node?.mark)
  }

  private func origin(at mark: Mark?) -> SettingEntry.Origin {
    origin(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private func origin(line: Int, column: Int) -> SettingEntry.Origin {
    .file(name: name, line: line, column: column)
  }

  // MARK: - Syntax

  /// A few anchors that refer to one another stand for billions of nodes, and no setting needs
  /// one. Without an anchor no alias can be resolved, so they alone are looked for, in comments and
  /// quotes too: there a `&` after a space and before a letter is rare.
  private mutating func refusesAnchors(in yaml: String) -> Bool {
    var line = 1
    var column = 1
    var previous: UInt8 = UInt8(ascii: "\n")
    let bytes = Array(yaml.utf8)
    for (index, byte) in bytes.enumerated() {
      let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: "\n")
      if byte == UInt8(ascii: "&"), previous.separatesTokens, next > UInt8(ascii: " ") {
        problems.append(
          .notYAML(
            "Anchors (&name) are not supported here.",
            at: origin(line: line, column: column),
            remedy: "Write the value out; leave a space after an & that is just text."
          )
        )
        return true
      }
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xc0 != 0x80 {
        column += 1
      }
      previous = byte
    }
    return false
  }

  private func problem(with error: YamlError) -> ConfigurationError.Problem {
    switch error {
    case .scanner(_, let what, let mark, _), .parser(_, let what, let mark, _),
      .composer(_, let what, let mark, _):
      return .notYAML(
        "This is not YAML: \(what.shownSafely).",
        at: origin(at: mark),
        remedy: remedy(for: what)
      )
    case .reader(let what, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0)
      let line = 1 + before.count(where: \.isNewline)
      let column = 1 + before.reversed().prefix { !$0.isNewline }.count
      return .notYAML(
        "This is not text: \(what.shownSafely).",
        at: origin(line: line, column: column)
      )
    case .duplicatedKeysInMapping(let keys, let context):
      return .duplicateKeys(keys, at: origin(at: context.mark))
    default:
      return .notYAML("This is not YAML.", at: origin(of: nil))
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

extension Node {
  /// The text of a scalar, quoted or not, before YAML makes numbers and dates of it.
  fileprivate var text: String? {
    guard case .scalar(let scalar) = self else { return nil }
    return scalar.string
  }

  /// Whether this is an empty value, or a plain `~` or `null`.
  fileprivate var isNull: Bool {
    guard case .scalar(let scalar) = self, scalar.style == .plain || scalar.style == .any
    else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  fileprivate var kind: String {
    switch self {
    case .scalar: "one value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
  }
}

extension UInt8 {
  /// Whether a YAML token may begin after this byte.
  fileprivate var separatesTokens: Bool {
    switch self {
    case 0...0x20, UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"),
      UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"),
      UInt8(ascii: "]"), UInt8(ascii: "}"):
      true
    // The last byte of NEL, LS, PS and the byte order mark.
    case 0x85, 0xa8, 0xa9, 0xbf: true
    default: false
    }
  }
}
