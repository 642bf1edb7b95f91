import SlipwayCore
import SlipwayWSGI

// Consoles in tracebacks.
extension Generation.Foundations {
  /// Whoever can evaluate code can do anything: where others get in, and be it through a proxy on this
  /// machine, there are none.
  var hasConsoles: Bool { configuration.hasConsoles && !listeners.isReachableFromOutside }

  /// By the names that they have below `/_slipway/`.
  var consolePages: [String: any Application] {
    guard hasConsoles else { return [:] }
    return [
      "console": ConsolePages(console) { [events] in events.post(.consolePIN($0)) }
    ]
  }

  /// At the start.
  func tellOfConsoles() {
    guard configuration.hasConsoles, number == 1 else { return }
    guard hasConsoles else {
      events.post(
        .problem(
          code: "SW256",
          message:
            "`console` is set, but other machines can reach the server: there are no consoles,"
            + " for with them anybody could run code here.",
          remedy: "Listen on loopback addresses only to have them."
        )
      )
      return
    }
    events.post(.consolePIN(console.value.pin))
  }
}
