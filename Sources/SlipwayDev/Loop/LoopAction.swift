package import SlipwayCore

/// What the dev loop does, in the order given.
package enum LoopAction: Sendable, Equatable {
  case startBuild(BuildNumber, UnitID)

  /// Ends the running build and everything it started.
  case cancelBuild(UnitID)

  /// Loads a library into this process image.
  case load(UnitID, library: String)

  /// Lets exchanges pass to the loaded application, unless the unit has changed since the epoch.
  case open(UnitID, Epoch)

  /// Answers exchanges with a page, unless the unit has changed since the epoch.
  case answer(UnitID, Epoch, with: ErrorPage, isRetryable: Bool)

  /// Holds exchanges.
  case close(UnitID)

  /// Lets running exchanges end and freezes all connections.
  case drain(reason: RestartReason)

  /// Becomes the next generation.
  case execute

  /// Makes the state known.
  case publish(ServerState)

  /// Every unit has an answer, for the first time or again.
  case announceReady(ServerState)

  /// Ends the process.
  case stop
}

/// Why the process becomes the next generation.
package enum RestartReason: String, Sendable, Codable {
  case newCode = "new code"
  case configuration = "new configuration"
  case request = "requested"
  case crash = "crash"
}
