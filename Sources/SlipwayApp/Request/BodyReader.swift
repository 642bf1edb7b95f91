import CSlipwayABI
import HTTPTypes
import Synchronization

/// Pulls a request body out of the gateway, one read at a time.
///
/// The gateway holds one reference for each read, until it calls back.
final class BodyReader: Sendable {
  /// Large enough for what a socket brings at a time.
  private static let chunk = 64 * 1024

  private let exchange: Exchange
  private let state = Mutex(BodyReadState())

  init(exchange: Exchange) {
    self.exchange = exchange
  }

  var trailers: HTTPFields? {
    state.withLock { $0.trailers }
  }

  /// The next bytes, or nil at the end.
  func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        perform(state.withLock { $0.wait(continuation) })
        // A cancellation that came before the continuation found nobody to wake.
        if Task.isCancelled { cancel() }
      }
    } onCancel: {
      cancel()
    }
  }

  private func cancel() {
    perform(state.withLock { $0.cancel() })
  }

  private func perform(_ action: BodyReadState.Action) {
    switch action {
    case .none:
      break
    case .read:
      unsafe exchange.read(
        upTo: Self.chunk,
        Self.receive,
        context: Unmanaged.passRetained(self).toOpaque()
      )
    case .resume(let continuation, let result):
      continuation.resume(with: result)
    }
  }

  private static let receive: slipway_read_callback = {
    (context, status, bytes, trailers, trailerCount) in
    guard let context = unsafe context else { return }
    let reader = unsafe Unmanaged<BodyReader>.fromOpaque(context).takeRetainedValue()
    let outcome: BodyReadState.Outcome =
      switch status {
      case SLIPWAY_READ_BYTES: unsafe .bytes(Array(UnsafeBufferPointer(bytes)))
      case SLIPWAY_READ_END: unsafe .end(HTTPFields(trailers, count: trailerCount))
      default: .failed
      }
    reader.perform(reader.state.withLock { $0.receive(outcome) })
  }
}
