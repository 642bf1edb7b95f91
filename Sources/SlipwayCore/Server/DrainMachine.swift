/// Decides when a drain is complete.
///
/// It is when every event loop has frozen its connections, each connection has been carried away or
/// closed, and each exchange has been ended by its application or the grace period is over.
package struct DrainMachine {
  private var loopsToFreeze: Int
  private var connections: [CarriedConnection] = []
  private var cut = 0
  private var isGraceOver = false

  package init(loops: Int) {
    loopsToFreeze = loops
  }

  package mutating func loopFroze() {
    loopsToFreeze -= 1
  }

  package mutating func carried(_ connection: CarriedConnection) {
    connections.append(connection)
  }

  /// One loop has cut what was still running.
  package mutating func graceEnded(cut: Int) {
    isGraceOver = true
    self.cut += cut
  }

  /// The outcome, once it is certain. `open` counts connections, `running` exchanges.
  package func outcome(open: Int, running: Int) -> Drained? {
    guard loopsToFreeze == 0, open == 0, running == 0 || isGraceOver else { return nil }
    return Drained(connections: connections, cut: cut)
  }
}
