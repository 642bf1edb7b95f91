import SlipwaySystem

/// Why nothing is replayed this time: `swift build` does it instead, so nobody is told but the log.
struct Doubt: Error, Equatable {
  let reason: String

  /// What ended a tool that was replayed. SwiftPM's would fare no better: that is told, and tried again
  /// when somebody asks.
  let signal: CInt?

  init(_ reason: String) {
    self.reason = reason
    signal = nil
  }

  /// Of a tool that did neither succeed nor find errors.
  init(_ tool: String, endedBy end: ChildProcess.End) {
    reason = "\(tool) ended with \(end)"
    signal = if case .terminated(let signal) = end { signal } else { nil }
  }
}
