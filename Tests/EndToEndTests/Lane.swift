import SlipwaySystem
import Synchronization
import Testing

/// Runs tests on threads of their own, of which there are few.
///
/// The tests of this target block: the cooperative pool belongs to the tests of other targets. And
/// each has a server that builds: with one for each suite at the same time, all would be slow.
///
/// A test's time limit runs while it waits for its thread, so limits are far longer than any test.
struct Lane: SuiteTrait, TestTrait, TestScoping {
  private struct State {
    var free = [ThreadExecutor(name: "lane 1"), ThreadExecutor(name: "lane 2")]
    var waiting: [CheckedContinuation<ThreadExecutor, Never>] = []
  }

  private static let state = Mutex(State())

  var isRecursive: Bool { true }

  func provideScope(
    for test: Test,
    testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let executor = await Self.take()
    defer { Self.giveBack(executor) }
    try await withTaskExecutorPreference(executor) { try await function() }
  }

  private static func take() async -> ThreadExecutor {
    await withCheckedContinuation { continuation in
      let executor = state.withLock { state in
        if let executor = state.free.popLast() { return executor as ThreadExecutor? }
        state.waiting.append(continuation)
        return nil
      }
      if let executor { continuation.resume(returning: executor) }
    }
  }

  private static func giveBack(_ executor: ThreadExecutor) {
    let next = state.withLock { state in
      if !state.waiting.isEmpty { return state.waiting.removeFirst() as CheckedContinuation? }
      state.free.append(executor)
      return nil
    }
    next?.resume(returning: executor)
  }
}

extension Trait where Self == Lane {
  /// Runs on one of the few threads for tests that block.
  static var onLane: Self { Lane() }
}
