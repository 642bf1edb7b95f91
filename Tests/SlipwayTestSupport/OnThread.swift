/// Runs blocking work on a thread of its own: the cooperative pool belongs to the tests, and to the
/// application where one runs in the same process.
package func onThread<Result: Sendable>(
  _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    startThread("test") {
      continuation.resume(with: Swift.Result { try work() })
    }
  }
}
