import HTTPTypes

/// What is known of the reading of a body. Pure: the reader performs the actions.
///
/// A read cannot be taken back. When the task that waits for it is cancelled, what the read brings
/// is kept for the next one, so no byte is lost.
struct BodyReadState {
  typealias Continuation = CheckedContinuation<[UInt8]?, any Error>

  enum Outcome {
    case bytes([UInt8])
    case end(HTTPFields)
    case failed
  }

  enum Action {
    case none
    /// Ask the gateway for more.
    case read
    case resume(Continuation, Result<[UInt8]?, any Error>)
  }

  private enum State {
    case idle
    /// A read is outstanding. Nobody waits for it if the task was cancelled.
    case reading(Continuation?)
    /// Bytes of a read that nobody waited for.
    case kept([UInt8])
    case ended(HTTPFields)
    case failed
  }

  private var state = State.idle

  var trailers: HTTPFields? {
    guard case .ended(let trailers) = state else { return nil }
    return trailers
  }

  /// Somebody wants the next bytes.
  mutating func wait(_ continuation: Continuation) -> Action {
    switch state {
    case .idle:
      state = .reading(continuation)
      return .read
    case .reading(nil):
      state = .reading(continuation)
      return .none
    case .reading:
      return .resume(continuation, .failure(ExchangeError.concurrentRead))
    case .kept(let bytes):
      state = .idle
      return .resume(continuation, .success(bytes))
    case .ended:
      return .resume(continuation, .success(nil))
    case .failed:
      return .resume(continuation, .failure(ExchangeError.bodyIncomplete))
    }
  }

  /// Whoever waits is to wait no longer.
  mutating func cancel() -> Action {
    guard case .reading(let continuation?) = state else { return .none }
    state = .reading(nil)
    return .resume(continuation, .failure(CancellationError()))
  }

  /// The gateway has answered the outstanding read.
  mutating func receive(_ outcome: Outcome) -> Action {
    guard case .reading(let continuation) = state else { return .none }
    let result: Result<[UInt8]?, any Error>
    switch outcome {
    case .bytes(let bytes):
      state = continuation == nil ? .kept(bytes) : .idle
      result = .success(bytes)
    case .end(let trailers):
      state = .ended(trailers)
      result = .success(nil)
    case .failed:
      state = .failed
      result = .failure(ExchangeError.bodyIncomplete)
    }
    guard let continuation else { return .none }
    return .resume(continuation, result)
  }
}
