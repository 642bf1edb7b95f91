import SlipwaySystem
import SystemPackage

/// Why an embedded server cannot start.
public struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A code of Slipway's list of errors, such as `SW001` for an address that is taken.
  public let code: String

  /// What failed, on what: a sentence.
  public let message: String

  /// What to do about it.
  public let remedy: String?

  /// Message, remedy and code in one line.
  public var description: String {
    (remedy.map { "\(message) \($0)" } ?? message) + " [\(code)]"
  }

  private init(code: String, message: String, remedy: String?) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }

  init(_ error: some ReportableError) {
    self.init(code: error.stableCode, message: error.message, remedy: error.remedy)
  }

  static func notAnAddress(_ text: String) -> ServerError {
    ServerError(
      code: "SW103",
      message: "\(text.debugDescription) is not an address to listen on.",
      remedy: "Write HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080, or unix:PATH."
    )
  }

  static func notAHost(_ text: String) -> ServerError {
    ServerError(
      code: "SW103",
      message: "\(text.debugDescription) is not a host.",
      remedy: "Write example.test, .example.test for a whole domain, or all."
    )
  }

  static func notAPrefix(_ text: String) -> ServerError {
    ServerError(
      code: "SW103",
      message: "\(text.debugDescription) is not a prefix to mount something at.",
      remedy: "Write a path such as /api. /_slipway is the server's own."
    )
  }

  static func samePrefixTwice(_ prefixes: [String]) -> ServerError {
    var seen: Set<String> = []
    let twice = prefixes.first { !seen.insert($0).inserted } ?? "/"
    return ServerError(
      code: "SW104",
      message: "Two things are mounted at \(twice).",
      remedy: "Keep one of them."
    )
  }

  static func noWorkingDirectory(for directory: String, because cause: Errno) -> ServerError {
    ServerError(
      code: "SW012",
      message: "\(directory.debugDescription) is relative, and there is no working directory:"
        + " \(cause).",
      remedy: "Name the directory in full."
    )
  }
}
