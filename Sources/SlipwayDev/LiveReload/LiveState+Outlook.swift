package import SlipwayCore

extension LiveState {
  /// What the dev loop has come to.
  package struct Outlook: Sendable, Equatable {
    package var state: ServerState
    /// Why units do not serve their newest sources.
    package var failures: [ErrorPage]

    package init(state: ServerState, failures: [ErrorPage]) {
      self.state = state
      self.failures = failures
    }

    init(of machine: LoopMachine) {
      self.init(state: machine.state, failures: machine.units.compactMap(\.failure))
    }
  }
}
