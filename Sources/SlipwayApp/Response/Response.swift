public import HTTPTypes

/// What an application answers.
public struct Response: Sendable {
  /// 200 to 599; the gateway refuses another. 101 comes with ``upgrade(to:headerFields:_:)``.
  public var status: HTTPResponse.Status

  /// The header fields. The gateway adds those that frame the message, and `Date`.
  public var headerFields: HTTPFields

  /// The content.
  public var body: ResponseBody

  /// Makes a response; without arguments, an empty one that says all went well.
  public init(
    status: HTTPResponse.Status = .ok,
    headerFields: HTTPFields = [:],
    body: ResponseBody = .empty
  ) {
    self.status = status
    self.headerFields = headerFields
    self.body = body
  }

  /// Sends the response and ends the exchange, unless it throws: then the caller ends it.
  func send(for run: ExchangeRun) async throws {
    let exchange = run.exchange
    switch body.content {
    case .string(let string):
      unsafe withABIBytes(of: string) { bytes in
        unsafe exchange.respond(status: status.code, fields: headerFields, body: bytes)
      }
    case .bytes(let bytes):
      unsafe withABIBytes(of: bytes) { bytes in
        unsafe exchange.respond(status: status.code, fields: headerFields, body: bytes)
      }
    case .stream(let produce):
      exchange.start(status: status.code, fields: headerFields)
      let writer = ResponseBodyWriter(exchange: exchange)
      // Where no content is sent (RFC 9110, section 6.4.1), a body that never ends would never end.
      if ![204, 205, 304].contains(status.code), run.request.method != .head {
        try await produce(writer)
      }
      exchange.finish(trailers: writer.trailers)
    case .tunnel(let serve):
      exchange.start(status: status.code, fields: headerFields)
      try await serve(Tunnel(exchange: exchange))
      exchange.finish(trailers: [:])
    }
  }
}
