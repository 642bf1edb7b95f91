import NIOCore
import NIOHTTP1

/// Answers what comes in plain HTTP to a port that speaks HTTPS: by the address to go to, or by a
/// sentence where that cannot be said.
final class PlainHTTPAnswer: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// How long the client may take to read the answer and close.
  private static let patience = TimeAmount.seconds(5)

  private var isAnswered = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // Whatever else the client sends is read and dropped: unread, it would make close(2) reset the
    // connection, and take the answer with it.
    guard case .head(let head) = unwrapInboundIn(data), !isAnswered else { return }
    isAnswered = true
    let (response, body) = Self.answer(to: head)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    if head.method != .HEAD {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.close(mode: .output, promise: nil)
    context.eventLoop.assumeIsolated()
      .scheduleTask(in: Self.patience) { context.close(promise: nil) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  static func answer(to head: HTTPRequestHead) -> (HTTPResponseHead, body: String) {
    var response = HTTPResponseHead(version: .http1_1, status: .badRequest)
    var body = "This port speaks HTTPS: use https://, not http://. [SW149]\n"
    if let location = location(for: head) {
      // Not a permanent one: tomorrow the port may speak plain HTTP.
      response.status = .temporaryRedirect
      response.headers.add(name: "Location", value: location)
      body = "This port speaks HTTPS: go to \(location) [SW149]\n"
    }
    response.headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
    response.headers.add(name: "Content-Length", value: String(body.utf8.count))
    response.headers.add(name: "Cache-Control", value: "no-store")
    response.headers.add(name: "Connection", value: "close")
    return (response, body)
  }

  /// Where the same is to be had: only for what is safe to repeat, and only if the request says under
  /// which name it reached us.
  private static func location(for head: HTTPRequestHead) -> String? {
    let hosts = head.headers["host"]
    guard head.method == .GET || head.method == .HEAD, hosts.count == 1, let host = hosts.first,
      !host.isEmpty, host.utf8.allSatisfy(isInHost), head.uri.hasPrefix("/"),
      !head.uri.hasPrefix("//"), head.uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    return "https://\(host)\(head.uri)"
  }

  private static func isInHost(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"),
      UInt8(ascii: "["), UInt8(ascii: "]"):
      true
    default: false
    }
  }
}
