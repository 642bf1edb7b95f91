import SlipwaySystem
import Synchronization

/// Gathers what one run of `swift` prints: findings, progress, and the last lines as they are.
final class BuildOutput: Sendable {
  private static let tailLimit = 200

  private struct State {
    var parser = DiagnosticParser()
    var tail: [String] = []
    var isWaiting = false

    /// Says that the build waits, once.
    mutating func wait() -> BuildProgress? {
      defer { isWaiting = true }
      return isWaiting ? nil : .waiting
    }
  }

  private let state = Mutex(State())

  /// Takes what came; returns how far the build is, if that is news.
  func consume(_ output: ChildProcess.Output) -> BuildProgress? {
    state.withLock { state in
      switch output {
      case .line(let line, let stream):
        state.tail.append(PlainText.removingEscapes(line))
        if state.tail.count > Self.tailLimit { state.tail.removeFirst() }
        let progress = state.parser.consume(line, from: stream)
        return progress == .waiting ? state.wait() : progress
      case .unfinished(let beginning, _):
        // SwiftPM ends this line only when it has waited enough.
        return OutputLine(beginning[...]) == .waiting ? state.wait() : nil
      }
    }
  }

  func finish(failed: Bool) -> (findings: BuildFindings, tail: String) {
    state.withLock { state in
      (state.parser.finish(failed: failed), state.tail.joined(separator: "\n"))
    }
  }
}
