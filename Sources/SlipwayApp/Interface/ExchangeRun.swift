import CSlipwayABI
import HTTPTypes
import Synchronization

/// One exchange in the hands of the application: what came with the request, the task that answers
/// it, and its cancellation when the client goes away.
///
/// One object for all of that, because there is one for each request. The gateway holds one reference
/// from `watchClient` until it calls back, which it does once.
final class ExchangeRun: Sendable {
  private enum State {
    case waiting
    case running(Task<Void, Never>)
    /// The application has ended the exchange.
    case ended
    /// The client went away first.
    case gone
  }

  /// What is made when it is asked for the first time.
  private struct Made {
    var head: HTTPRequest?
    var parts: RequestCopy.Parts?
    var bodyReader: BodyReader?
  }

  let exchange: Exchange
  let request: RequestCopy

  private let state = Mutex(State.waiting)
  private let made = Mutex(Made())

  init(_ exchange: Exchange, _ request: RequestCopy) {
    self.exchange = exchange
    self.request = request
  }

  /// The request as a value of HTTPTypes.
  var head: HTTPRequest { made.withLock { Self.fill(&$0.head) { request.head } } }

  /// What else came with the request.
  var parts: RequestCopy.Parts { made.withLock { Self.fill(&$0.parts) { request.parts } } }

  /// Reads the request's body; one for all copies of a `RequestBody`.
  var bodyReader: BodyReader {
    made.withLock { Self.fill(&$0.bodyReader) { BodyReader(exchange: exchange) } }
  }

  private static func fill<Value>(_ place: inout Value?, _ make: () -> Value) -> Value {
    if let place { return place }
    let value = make()
    place = value
    return value
  }

  /// Has the task cancelled when the client goes away. Comes before `begin`, for only then is the
  /// exchange certain to be still there.
  func watchClient() {
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
  func begin(_ service: Service, startsHere: Bool) {
    let task =
      startsHere
      ? Task.immediate { await service.serve(self) } : Task { await service.serve(self) }
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
