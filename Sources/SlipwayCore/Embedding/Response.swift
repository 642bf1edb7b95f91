public import HTTPTypes
import NIOCore

/// What a closure answers.
public struct Response: Sendable {
  /// 200 to 599; another becomes an error page.
  public var status: HTTPResponse.Status

  /// The header fields. The server adds those that frame the message, and `Date`.
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
  func send(over exchange: Exchange) async throws {
    let head = ResponseHead(status: status.code, fields: FieldSection(headerFields))
    switch body.content {
    case .string(let string): exchange.respond(head, body: ByteBuffer(string: string))
    case .bytes(let bytes): exchange.respond(head, body: ByteBuffer(bytes: bytes))
    case .stream(let produce):
      exchange.start(head)
      let writer = ResponseBodyWriter(exchange: exchange)
      // Where no content is sent (RFC 9110, section 6.4.1), a body that never ends would never end.
      if exchange.request.method != "HEAD", ![204, 205, 304].contains(status.code) {
        try await produce(writer)
      }
      exchange.finish(trailers: FieldSection(writer.trailers))
    }
  }
}
