package import Logging
import Synchronization

/// What applications and the gateway's side of the interface have logged.
package final class LogRecorder: Sendable {
  package struct Line: Sendable, Equatable {
    package var level: Logger.Level
    package var label: String
    package var message: String

    package init(_ level: Logger.Level, _ label: String, _ message: String) {
      self.level = level
      self.label = label
      self.message = message
    }
  }

  private struct State {
    var lines: [Line] = []
    var waiting: [Waiting] = []
  }

  private struct Waiting {
    var text: String
    var continuation: CheckedContinuation<Void, any Error>
  }

  private let state = Mutex(State())

  package init() {}

  package var lines: [Line] { state.withLock { $0.lines } }

  /// What the application wrote itself. Mistakes, which the gateway reports, may be those of other
  /// tests' applications: the tickets that they invent can be anybody's.
  package var applicationLines: [Line] { lines.filter { $0.label != "slipway" } }

  package var messages: [String] { lines.map(\.message) }

  package func write(_ level: Logger.Level, _ label: String, _ message: String) {
    let resumed = state.withLock { state in
      state.lines.append(Line(level, label, message))
      let resumed = state.waiting.filter { message.contains($0.text) }
      state.waiting.removeAll { message.contains($0.text) }
      return resumed.map(\.continuation)
    }
    for continuation in resumed { continuation.resume() }
  }

  /// Returns when a message that contains `text` has been logged.
  package func wait(for text: String) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isThere = state.withLock { state in
          if state.lines.contains(where: { $0.message.contains(text) }) { return true }
          state.waiting.append(Waiting(text: text, continuation: continuation))
          return false
        }
        if isThere { continuation.resume() }
        if Task.isCancelled { giveUp() }
      }
    } onCancel: {
      giveUp()
    }
  }

  private func giveUp() {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    for one in waiting { one.continuation.resume(throwing: CancellationError()) }
  }
}
