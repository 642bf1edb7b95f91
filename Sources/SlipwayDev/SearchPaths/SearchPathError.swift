import SlipwaySystem

/// What is wrong with search paths as they are on the disk; the server serves all the same.
///
/// Two errors are equal if their codes are.
package struct SearchPathError: ReportableError, Equatable {
  package enum Code: String, Sendable {
    case missing = "SW168"
    case shadowing = "SW169"
    case misnamedScript = "SW170"
  }

  package let code: Code
  package let message: String
  package let remedy: String?

  package var stableCode: String { code.rawValue }

  package static func == (one: Self, other: Self) -> Bool { one.code == other.code }
}

extension SearchPathError {
  static func missing(_ entry: SearchPaths.Entry) -> Self {
    let isFileToo = entry.kind == .debuggerScripts
    return Self(
      code: .missing,
      message: "\(entry.path.shownSafely), a search path for \(entry.kind.rawValue), is no "
        + (isFileToo ? "file or directory" : "directory") + " that can be read.",
      remedy: "Correct it in search-paths, or make it."
    )
  }

  /// - Parameters:
  ///   - what: such as “The module Maths”.
  ///   - other: where it is, too.
  static func shadows(_ what: String, in path: String, other: String) -> Self {
    Self(
      code: .shadowing,
      message: "\(what) is in \(path.shownSafely) and in \(other.shownSafely): the first is used.",
      remedy: "If the other one is meant, change the order of search-paths, or take one away."
    )
  }

  static func misnamed(_ script: String) -> Self {
    Self(
      code: .misnamedScript,
      message: "LLDB cannot import \(script.shownSafely): its name is no name of a Python module.",
      remedy: "Use letters, digits and underscores only, such as helpers.py."
    )
  }
}
