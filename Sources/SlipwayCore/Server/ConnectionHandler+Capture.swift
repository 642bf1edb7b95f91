import NIOCore
import NIOHTTP1

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
      requestFields: stream.request.fields.captured(wanted.requestFields),
      responseFields: stream.capturedFields.isEmpty
        ? wanted.responseFields.map { _ in nil } : stream.capturedFields
    )
  }
}

extension HTTPHeaders {
  /// The values of fields by name: nil where there is none, joined by commas where there are several
  /// (RFC 9110, section 5.2).
  func captured(_ names: [String]) -> [String?] {
    names.map { name in
      let values = self[name]
      return values.count > 1 ? values.joined(separator: ", ") : values.first
    }
  }
}
