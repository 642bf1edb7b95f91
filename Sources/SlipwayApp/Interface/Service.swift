import CSlipwayABI

/// An application together with the gateway that it serves: what `slipway_app.context` refers to.
final class Service: Sendable {
  let application: any Application
  private let host: HostTable
  private let startsOnEventLoop: Bool

  init(application: any Application, host: HostTable) {
    self.application = application
    self.host = host
    self.startsOnEventLoop = application.startsOnEventLoop
  }

  /// The service that a `context` of the interface refers to.
  static func at(_ context: UnsafeMutableRawPointer?) -> Service? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<Service>.fromOpaque(context).takeUnretainedValue()
  }

  /// Takes an exchange on a thread of the gateway: copies the request and leaves the rest to a task.
  func handle(_ ticket: OpaquePointer, _ request: UnsafePointer<slipway_request>) {
    let exchange = unsafe Exchange(ticket, host: host)
    let request = unsafe Request(request, exchange: exchange)
    let run = ExchangeRun()
    run.watchClient(of: exchange)
    run.begin(startsHere: startsOnEventLoop) { [application] in
      await Self.serve(request, with: application, over: exchange)
    }
  }

  /// Answers one exchange, and ends it in every case.
  private static func serve(
    _ request: Request,
    with application: any Application,
    over exchange: Exchange
  ) async {
    do {
      let response = try await application.respond(to: request)
      try await response.send(over: exchange, isHead: request.head.method == .head)
    } catch {
      exchange.fail(description(of: error))
    }
  }

  /// The error as a developer wants to read it: its type, and what it says.
  private static func description(of error: any Error) -> String {
    let type = String(reflecting: type(of: error))
    let text = String(reflecting: error)
    return text.hasPrefix(type) ? text : "\(type): \(text)"
  }
}
