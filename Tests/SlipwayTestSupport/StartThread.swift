import SlipwaySystem

/// Starts a thread that nobody waits for. A test that gets none cannot go on.
package func startThread(_ name: String, _ body: sending @escaping () -> Void) {
  do {
    try NamedThread.detach(name, body)
  } catch {
    preconditionFailure("no thread: \(error)")
  }
}
