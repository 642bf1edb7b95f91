import CSlipwayABI
import Synchronization

/// One write, from the call until the gateway has reported its outcome.
///
/// The gateway holds one reference until then, longer than the task if that is cancelled.
final class PendingWrite: Sendable {
  private typealias Continuation = CheckedContinuation<Void, any Error>

  private let waiting = Mutex<Continuation?>(nil)

  /// Calls `start`, which is to call `start(writing:to:)` or to throw, and waits for the outcome.
  func outcome(of start: () throws -> Void) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: Continuation) in
        waiting.withLock { $0 = continuation }
        // A cancellation that came before the continuation found nobody to wake.
        guard !Task.isCancelled else { return resume(with: .failure(CancellationError())) }
        do {
          try start()
        } catch {
          resume(with: .failure(error))
        }
      }
    } onCancel: {
      resume(with: .failure(CancellationError()))
    }
  }

  func start(writing bytes: slipway_bytes, to exchange: Exchange) {
    unsafe exchange.write(
      bytes,
      { context, status in
        guard let context = unsafe context else { return }
        let write = unsafe Unmanaged<PendingWrite>.fromOpaque(context).takeRetainedValue()
        write.resume(
          with: status == SLIPWAY_WRITE_DONE ? .success(()) : .failure(ExchangeError.clientGone)
        )
      },
      context: Unmanaged.passRetained(self).toOpaque()
    )
  }

  private func resume(with result: Result<Void, any Error>) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(with: result)
  }
}
