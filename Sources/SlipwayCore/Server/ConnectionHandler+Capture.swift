import NIOCore

// What the access log asks for.
extension ConnectionHandler {
  /// What the format names, of an exchange that has ended. Called only if it names something.
  func captured(of stream: ExchangeStream) -> CapturedExchange? {
    guard let wanted = gateway.configuration.capture else { return nil }
    return CapturedExchange(
      authority: stream.request.authority,
      localPort: context?.localAddress?.port,
      keepsAlive: stream.keepsAlive,
      precursors: max(0, exchangeCount - 1),
      requestFields: wanted.requestFields.map { stream.request.fields.list($0) },
      responseFields: stream.capturedFields.isEmpty
        ? wanted.responseFields.map { _ in nil } : stream.capturedFields
    )
  }
}
