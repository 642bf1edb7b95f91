import SlipwayCore

extension LogConfiguration {
  /// What can be said of a log.
  enum Option: String, CaseIterable {
    case file, format, rotate, keep
  }

  /// Takes one option over. An entry without a name is `NAME=VALUE`, or else the file; `off` is none.
  mutating func apply(
    _ entry: SettingEntry,
    relativeTo paths: PathResolver,
    takesFormat: Bool
  ) throws(InvalidValue) {
    var name = entry.name ?? Option.file.rawValue
    var text = entry.text
    if entry.name == nil, let equals = text.firstIndex(of: "="),
      Option(rawValue: String(text[..<equals])) != nil
    {
      name = String(text[..<equals])
      text = String(text[text.index(after: equals)...])
    }
    let options = Option.allCases.filter { takesFormat || $0 != .format }
    guard let option = Option(rawValue: name), options.contains(option) else {
      let known = options.map(\.rawValue)
      throw InvalidValue(
        "There is no option “\(name.shownSafely)” of a log here.",
        hint: name.nearest(among: known).map { "Did you mean “\($0)”?" }
          ?? "The options are \(known.joined(separator: ", "))."
      )
    }
    switch option {
    case .file:
      isOff = text.meansOff
      file = isOff ? nil : try paths.absolute(text)
    case .format: format = try Self.format(text)
    case .rotate: rotateAt = try ByteCount(parsing: text, atLeast: 1024).bytes
    case .keep:
      guard let number = Int(decimal: text), (1...1000).contains(number) else {
        throw InvalidValue(
          "“\(text.shownSafely)” is not a number of files.",
          hint: "Write how many old files are kept: 1 to 1000."
        )
      }
      keep = number
    }
  }

  private static func format(_ text: String) throws(InvalidValue) -> String {
    do throws(AccessLogFormat.Invalid) {
      _ = try AccessLogFormat(parsing: text)
      return text
    } catch {
      throw InvalidValue(
        "The format of the access log is wrong in column \(error.column): "
          + error.message.shownSafely,
        hint: "Write common, combined, or directives as in Apache's mod_log_config."
      )
    }
  }
}
