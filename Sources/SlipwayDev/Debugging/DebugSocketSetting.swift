import Glibc

/// Where debuggers are awaited.
package enum DebugSocketSetting: Sendable, Hashable, Codable {
  /// Nothing has been asked for: the usual address or the next free port, and nowhere while other
  /// machines can reach the server.
  case usual
  case off
  case at(ListenAddress)
}

extension DebugSocketSetting {
  /// Understands `HOST:PORT`, `unix:PATH` and `off`.
  init(parsing text: String, relativeTo paths: PathResolver) throws(InvalidValue) {
    if ["off", "false", "no"].contains(text) {
      self = .off
      return
    }
    let address = try ListenAddress(parsing: text, relativeTo: paths)
    if case .descriptor = address {
      throw InvalidValue(
        "“\(text.shownSafely)”: the debug socket cannot be an inherited one.",
        hint: "Write HOST:PORT, unix:PATH or off."
      )
    }
    self = .at(address)
  }
  /// Removes the socket's file, which nobody listens at any more.
  func removeFile() {
    if case .at(.unix(let path)) = self { unlink(path) }
  }
}
