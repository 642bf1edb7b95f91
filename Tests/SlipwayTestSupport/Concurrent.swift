/// Blocking work on a thread of its own, and its outcome.
package final class Concurrent<Outcome: Sendable>: Sendable {
  private let result = Monitor<Result<Outcome, any Error>?>(nil)

  package init(_ work: @escaping @Sendable () throws -> Outcome) {
    let result = result
    startThread("test") {
      let outcome = Result { try work() }
      result.update { $0 = outcome }
    }
  }

  package var isDone: Bool { result.update { $0 != nil } }

  /// Waits for the end of the work.
  package func value() throws -> Outcome {
    guard let result = result.wait(atMost: ServerProcess.patience, for: { $0 }) else {
      throw ServerProcess.Failure(description: "what was started beside the test does not end")
    }
    return try result.get()
  }
}
