import SlipwaySystem

extension Generation {
  /// What a key at the terminal asks for.
  func press(_ key: Key) {
    switch key {
    case .restart: inbox.send(.restartRequested)
    case .open: openBrowser()
    case .debug: showAttachCommand()
    case .clear: foundations.events.show(.clear)
    case .help: foundations.events.show(.help)
    case .quit: _ = stop(because: "q")
    }
  }
}
