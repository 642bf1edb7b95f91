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
    if text.meansOff {
      self = .off
      return
    }
    let address = try Self.address(text, relativeTo: paths)
    if case .descriptor = address {
      throw InvalidValue(
        "“\(text.shownSafely)”: the debug socket cannot be an inherited one.",
        hint: Self.hint
      )
    }
    self = .at(address)
  }

  private static let hint = "Write HOST:PORT, such as 127.0.0.1:4711, unix:PATH or off."

  /// What is wrong with an address is the same as everywhere; what would have been right is not.
  private static func address(
    _ text: String,
    relativeTo paths: PathResolver
  ) throws(InvalidValue) -> ListenAddress {
    do throws(InvalidValue) {
      return try ListenAddress(parsing: text, relativeTo: paths)
    } catch {
      throw InvalidValue(error.message, hint: text.hasPrefix("unix:/") ? error.hint : hint)
    }
  }

  /// Removes the socket's file, which nobody listens at any more.
  func removeFile() {
    if case .at(.unix(let path)) = self { unlink(path) }
  }
}
