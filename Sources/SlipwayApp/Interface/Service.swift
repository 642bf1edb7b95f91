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
    let run = unsafe ExchangeRun(Exchange(ticket, host: host), RequestCopy(request))
    run.watchClient()
    run.begin(self, startsHere: startsOnEventLoop)
  }

  /// Answers one exchange, and ends it in every case.
  func serve(_ run: ExchangeRun) async {
    do {
      try await application.respond(to: Request(run)).send(for: run)
    } catch {
      run.exchange.fail(Self.description(of: error))
    }
  }

  /// The error as a developer wants to read it: its type, and what it says.
  private static func description(of error: any Error) -> String {
    let type = String(reflecting: type(of: error))
    let text = String(reflecting: error)
    return text.hasPrefix(type) ? text : "\(type): \(text)"
  }
}
