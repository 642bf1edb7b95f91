import SlipwaySystem

/// A configuration that cannot be used: every problem that was found in one reading of it.
///
/// Two errors are equal if they have the same codes in the same order.
package struct ConfigurationError: ReportableError, Equatable {
  /// One thing that is wrong.
  package struct Problem: Sendable {
    package var code: Code

    /// `slipway.yaml:3:1`, `SLIPWAY_GRACE`, `--grace`; nil for the configuration as a whole.
    package var origin: String?

    package var message: String
    package var remedy: String?

    /// The problem in one line.
    package var line: String {
      (origin.map { "\($0): " } ?? "") + message + (remedy.map { " \($0)" } ?? "")
    }
  }

  package enum Code: String, Sendable {
    case fileUnreadable = "SW100"
    case notYAML = "SW101"
    case unknownKey = "SW102"
    case badValue = "SW103"
    case duplicate = "SW104"
    case nothingToServe = "SW105"
    case noSuchDirectory = "SW106"
    case badInheritedSockets = "SW107"
  }

  /// A screenful: the first ones are mended first anyway.
  private static let shownProblems = 20

  /// At least one.
  package let problems: [Problem]

  init(_ first: Problem, _ others: ArraySlice<Problem> = []) {
    problems = [first] + others
  }

  /// The code of the first problem.
  package var stableCode: String { problems[0].code.rawValue }

  package var message: String {
    guard problems.count > 1 else {
      return (problems[0].origin.map { "\($0): " } ?? "") + problems[0].message
    }
    let shown = problems.prefix(Self.shownProblems).map { "  \($0.line)" }
    let more = problems.count - shown.count
    return "The configuration has \(problems.count) problems:\n"
      + (shown + (more > 0 ? ["  and \(more) more"] : [])).joined(separator: "\n")
  }

  package var remedy: String? {
    problems.count > 1 ? nil : problems[0].remedy
  }

  package static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.problems.map(\.code) == rhs.problems.map(\.code)
  }
}

// MARK: - Problems

extension ConfigurationError.Problem {
  static func unreadable(_ path: String, because reason: String, remedy: String? = nil) -> Self {
    Self(code: .fileUnreadable, message: "Cannot read \(path): \(reason).", remedy: remedy)
  }

  static func misnamedFile(_ path: String) -> Self {
    Self(
      code: .fileUnreadable,
      message: "Found \(path), but the configuration file is called slipway.yaml.",
      remedy: "Rename it, or name it with --config."
    )
  }

  static func notYAML(
    _ what: String,
    at origin: SettingEntry.Origin,
    remedy: String? = nil
  ) -> Self {
    Self(code: .notYAML, origin: origin.description, message: what, remedy: remedy)
  }

  static func unknownKey(
    _ key: String,
    at origin: SettingEntry.Origin,
    known: [String]
  ) -> Self {
    let nearest = key.nearest(among: known)
    return Self(
      code: .unknownKey,
      origin: origin.description,
      message: "There is no setting “\(key.shownSafely)”.",
      remedy: nearest.map { "Did you mean “\($0)”?" }
        ?? "The settings are \(known.joined(separator: ", "))."
    )
  }

  static func unknownOption(
    _ key: String,
    of prefix: String,
    at origin: SettingEntry.Origin
  ) -> Self {
    let known = MountOption.allCases.map(\.rawValue)
    return Self(
      code: .unknownKey,
      origin: origin.description,
      message: "A mount has no option “\(key.shownSafely)”.",
      remedy: MountOption.nearest(to: key).map { "Did you mean “\($0.rawValue)”?" }
        ?? "The options of “\(prefix.shownSafely)” are \(known.joined(separator: ", "))."
    )
  }

  static func badValue(_ invalid: InvalidValue, at origin: SettingEntry.Origin) -> Self {
    Self(
      code: .badValue,
      origin: origin.description,
      message: invalid.message,
      remedy: invalid.hint
    )
  }

  static func duplicateKeys(_ keys: [String], at origin: SettingEntry.Origin) -> Self {
    let names = keys.map { "“\($0.shownSafely)”" }.joined(separator: ", ")
    return Self(
      code: .duplicate,
      origin: origin.description,
      message: "\(names) \(keys.count == 1 ? "is" : "are") given twice in one mapping.",
      remedy: "Keep one of them."
    )
  }

  static func duplicate(_ what: String, at origin: SettingEntry.Origin) -> Self {
    Self(
      code: .duplicate,
      origin: origin.description,
      message: "\(what.shownSafely) is given twice.",
      remedy: "Keep one of them."
    )
  }

  static func nothingToServe(in directory: String) -> Self {
    Self(
      code: .nothingToServe,
      message: "There is nothing to serve in \(directory.shownSafely).",
      remedy:
        "It needs a Package.swift, an index.html, or a slipway.yaml with mounts; "
        + "or say what to serve: --mount /=files:DIRECTORY."
    )
  }

  static func neitherDirectoryNorFile(_ path: String, because reason: String) -> Self {
    Self(
      code: .noSuchDirectory,
      message: "Cannot serve \(path.shownSafely): \(reason).",
      remedy: "Name a directory, or a configuration file whose name ends in .yaml."
    )
  }

  static func badInheritedSockets(_ count: String) -> Self {
    Self(
      code: .badInheritedSockets,
      origin: "LISTEN_FDS",
      message: "“\(count.shownSafely)” is not a number of sockets.",
      remedy: "Unset it, or start slipway through systemd-socket-activate or systemfd."
    )
  }
}
