import CSlipwayABI
import Synchronization

/// The task that answers one exchange, and its cancellation when the client goes away.
///
/// The gateway holds one reference from `watchClient` until it calls back, which it does once.
final class ExchangeRun: Sendable {
  private enum State {
    case waiting
    case running(Task<Void, Never>)
    /// The application has ended the exchange.
    case ended
    /// The client went away first.
    case gone
  }

  private let state = Mutex(State.waiting)

  /// Has the task cancelled when the client goes away. Comes before `begin`, for only then is the
  /// exchange certain to be still there.
  func watchClient(of exchange: Exchange) {
    unsafe exchange.whenGone(
      { context, status in
        guard let context = unsafe context else { return }
        let run = unsafe Unmanaged<ExchangeRun>.fromOpaque(context).takeRetainedValue()
        run.end(clientIsGone: status == SLIPWAY_GONE_NOW)
      },
      context: Unmanaged.passRetained(self).toOpaque()
    )
  }

  /// Starts the task.
  ///
  /// - Parameter startsHere: Whether it runs on the calling thread, before this returns, up to its
  ///   first suspension (SE-0472).
  func begin(startsHere: Bool, _ work: @escaping @Sendable () async -> Void) {
    let task = startsHere ? Task.immediate { await work() } : Task { await work() }
    let isGone = state.withLock { state in
      switch state {
      case .waiting:
        state = .running(task)
        return false
      case .gone:
        return true
      case .running, .ended:
        return false
      }
    }
    if isGone { task.cancel() }
  }

  private func end(clientIsGone: Bool) {
    let task: Task<Void, Never>? = state.withLock { state in
      defer { state = clientIsGone ? .gone : .ended }
      guard clientIsGone, case .running(let task) = state else { return nil }
      return task
    }
    task?.cancel()
  }
}
