import HTTPTypes
import NIOCore
import Synchronization

/// Pulls a request body out of its exchange, one read at a time.
///
/// A read cannot be taken back. When the task that waits for it is cancelled, what the read brings
/// is kept for the next one, so no byte is lost.
final class BodyReader: Sendable {
  private typealias Waiter = CheckedContinuation<[UInt8]?, any Error>

  private enum State {
    case idle
    /// A read is outstanding. Nobody waits for it if the task was cancelled.
    case reading(Waiter?)
    /// What a read brought that nobody waited for.
    case kept(Result<[UInt8]?, any Error>)
    case over
  }

  /// Large enough for what a socket brings at a time.
  private static let chunk = 64 * 1024

  private let exchange: Exchange
  private let state = Mutex(State.idle)
  private let trailerFields = Mutex<HTTPFields?>(nil)

  init(exchange: Exchange) {
    self.exchange = exchange
  }

  var trailers: HTTPFields? { trailerFields.withLock { $0 } }

  /// The next bytes, or nil at the end.
  func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        if wait(waiter) {
          exchange.read(upTo: Self.chunk) { self.receive($0) }
        }
        // A cancellation that came before the waiter found nobody to wake.
        if Task.isCancelled { cancel() }
      }
    } onCancel: {
      cancel()
    }
  }

  /// Answers the waiter or keeps it; true if a read is to be begun.
  private func wait(_ waiter: Waiter) -> Bool {
    let step: (begins: Bool, answer: Result<[UInt8]?, any Error>?) = state.withLock { state in
      switch state {
      case .idle:
        state = .reading(waiter)
        return (true, nil)
      case .reading(nil):
        state = .reading(waiter)
        return (false, nil)
      case .reading: return (false, .failure(ExchangeError.concurrentRead))
      case .kept(let result):
        state = Self.state(after: result)
        return (false, result)
      case .over:
        let isComplete = trailers != nil
        return (false, isComplete ? .success(nil) : .failure(ExchangeError.bodyIncomplete))
      }
    }
    if let answer = step.answer { waiter.resume(with: answer) }
    return step.begins
  }

  private func cancel() {
    let waiter: Waiter? = state.withLock { state in
      guard case .reading(let waiter?) = state else { return nil }
      state = .reading(nil)
      return waiter
    }
    waiter?.resume(throwing: CancellationError())
  }

  private func receive(_ part: BodyPart) {
    let result: Result<[UInt8]?, any Error>
    switch part {
    case .bytes(let bytes): result = .success(Array(bytes.readableBytesView))
    case .end(let trailers):
      trailerFields.withLock { $0 = HTTPFields(trailers) }
      result = .success(nil)
    case .failed: result = .failure(ExchangeError.bodyIncomplete)
    }
    let waiter: Waiter? = state.withLock { state in
      guard case .reading(let waiter) = state else { return nil }
      state = waiter == nil ? .kept(result) : Self.state(after: result)
      return waiter
    }
    waiter?.resume(with: result)
  }

  private static func state(after result: Result<[UInt8]?, any Error>) -> State {
    if case .success(.some) = result { .idle } else { .over }
  }
}
