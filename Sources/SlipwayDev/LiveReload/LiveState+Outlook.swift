package import SlipwayCore

extension LiveState {
  /// What the dev loop has come to.
  package struct Outlook: Sendable, Equatable {
    package var state: ServerState
    /// Why units do not serve their newest sources.
    package var failures: [ErrorPage]
    /// While the server is starting, the prefixes of the mounts that answer already, and of the others.
    package var answering: [String] = []
    package var waiting: [String] = []

    package init(state: ServerState, failures: [ErrorPage]) {
      self.state = state
      self.failures = failures
    }

    /// - Parameter units: what is mounted at each prefix; nil where files are.
    package init(of machine: LoopMachine, mountedAs units: [String: UnitID?]) {
      self.init(state: machine.state, failures: machine.units.compactMap(\.failure))
      guard state == .starting else { return }
      for (prefix, unit) in units.sorted(by: { $0.key < $1.key }) {
        if unit.map({ machine.units[$0.index].isServing }) ?? true {
          answering.append(prefix)
        } else {
          waiting.append(prefix)
        }
      }
    }

    /// What those wait for whose requests are held.
    func sentence(_ progress: Progress?) -> String {
      switch state {
      case .building:
        return progress.map { "being built, step \($0.step) of \($0.count)" } ?? "being built"
      case .starting:
        return "built; the old code ends its requests, or the new code is being loaded"
      case .ready, .failed: return "being looked at for what has changed"
      }
    }
  }
  /// How far a build is, in the steps that its tool counts.
  package struct Progress: Sendable, Equatable {
    package var step: Int
    package var count: Int

    package init(step: Int, count: Int) {
      self.step = step
      self.count = count
    }
  }
}
