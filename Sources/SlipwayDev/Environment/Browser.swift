import Glibc
import SlipwaySystem

/// Opens a page in the user's browser.
package enum Browser {
  /// Starts the browser and returns at once. `onFailure` is called, perhaps later and on another
  /// thread, if none could be started or the one that was said so.
  package static func open(
    _ url: String,
    environment: [String: String],
    onFailure: @escaping @Sendable (EnvironmentError) -> Void
  ) {
    let commands = commands(for: url, environment: environment)
    guard !commands.isEmpty else {
      onFailure(.noBrowser(for: url, because: "there is no display"))
      return
    }
    let isStarted = NamedThread.detachSignalFree("slipway-browser") {
      if let reason = failure(of: commands) {
        onFailure(.noBrowser(for: url, because: reason))
      }
    }
    if !isStarted { onFailure(.noBrowser(for: url, because: "there are too many threads")) }
  }

  /// What to try, in order: the commands of BROWSER (a list with colons between them, `%s` for the
  /// page), or else xdg-open where there is a display.
  package static func commands(for url: String, environment: [String: String]) -> [[String]] {
    if let browsers = environment["BROWSER"], !browsers.isEmpty {
      return browsers.split(separator: ":")
        .compactMap { browser in
          let words = browser.split(separator: " ").map(String.init)
          guard !words.isEmpty else { return nil }
          let replaced = words.map { $0.replacing("%s", with: url) }
          return replaced == words ? words + [url] : replaced
        }
    }
    let hasDisplay = ["DISPLAY", "WAYLAND_DISPLAY"]
      .contains {
        !environment[$0, default: ""].isEmpty
      }
    return hasDisplay ? [["xdg-open", url]] : []
  }

  /// Waits for the first command that works: a browser may run for hours. nil if one did.
  private static func failure(of commands: [[String]]) -> String? {
    var reason = ""
    for command in commands {
      switch ChildProcess.run(command, keepsOutput: false, within: nil) {
      case .success(let outcome) where outcome.status == 0: return nil
      case .success(let outcome): reason = "\(command[0]) failed with status \(outcome.status)"
      case .failure(.notStarted(let number)):
        reason = "cannot run \(command[0]): \(String(cString: strerror(number)))"
      case .failure(.timedOut): reason = "\(command[0]) takes too long"
      }
    }
    return reason.shownSafely
  }
}
