/// What a drain has left: nothing is running, nothing is accepted, and these connections are alive.
package struct Drained: Sendable {
  package var connections: [CarriedConnection]

  /// How many exchanges were still running at the end of the grace period and were cut.
  package var cut: Int

  package init(connections: [CarriedConnection], cut: Int) {
    self.connections = connections
    self.cut = cut
  }
}
