import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2

/// One stream of HTTP/2: its request goes to the gateway over a connection of its own, in HTTP/1.1, and
/// the response comes back as frames.
///
/// A connection for each stream, because a pooled one may be closed by the gateway in the instant in
/// which it is used again, and the request would have to fail. One more costs some 50 microseconds.
final class StreamRelay: ChannelDuplexHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private let backend: Backend
  private let header: ByteBuffer
  private var context: ChannelHandlerContext?
  private var response: ResponseRelay?
  /// What has arrived before the connection to the gateway was there: at most a window.
  private var waiting: [HTTPClientRequestPart] = []
  private var hasHead = false
  private var owesRead = false
  private(set) var isRequestComplete = false

  init(backend: Backend, header: ByteBuffer) {
    self.backend = backend
    self.header = header
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  // MARK: Request

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let frame) where !hasHead:
      hasHead = true
      guard let head = HTTPRequestHead(frame.headers, isWhole: frame.endStream) else {
        return reset(.protocolError)
      }
      send(.head(head))
      if frame.endStream { complete(nil) }
      connect()
    case .headers(let frame):
      guard let trailers = HTTPHeaders(trailers: frame.headers) else {
        return reset(.protocolError)
      }
      complete(trailers)
    case .data(let frame):
      guard case .byteBuffer(let bytes) = frame.data else { return }
      if bytes.readableBytes > 0 { send(.body(.byteBuffer(bytes))) }
      if frame.endStream { complete(nil) }
    default:
      break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    response?.flushRequest()
  }

  func read(context: ChannelHandlerContext) {
    if !hasHead || response?.takesMore == true { context.read() } else { owesRead = true }
  }

  /// The gateway takes more of the request.
  func mayRead() {
    guard owesRead else { return }
    owesRead = false
    context?.read()
  }

  private func complete(_ trailers: HTTPHeaders?) {
    isRequestComplete = true
    send(.end(trailers))
  }

  private func send(_ part: HTTPClientRequestPart) {
    if let response { response.send(part) } else { waiting.append(part) }
  }

  private func connect() {
    guard let context else { return }
    let channel = context.channel
    let relay = NIOLoopBound(ResponseRelay(stream: self), eventLoop: context.eventLoop)
    backend.connect(
      header,
      on: context.eventLoop,
      halfClosing: false,
      while: { channel.isActive },
      configure: { try relay.value.configure($0) }
    )
    .assumeIsolated()
    .whenComplete { result in
      switch result {
      case .success: self.connected(relay.value)
      // It has not seen the request: the client may send it again (RFC 9113, section 8.7).
      case .failure: self.reset(.refusedStream)
      }
    }
  }

  private func connected(_ relay: ResponseRelay) {
    guard context != nil else { return relay.close() }
    response = relay
    for part in waiting { relay.send(part) }
    waiting = []
    relay.flushRequest()
    mayRead()
  }

  // MARK: Response

  var isWritable: Bool { context?.channel.isWritable ?? false }

  func write(_ payload: HTTP2Frame.FramePayload) {
    context?.write(wrapOutboundOut(payload), promise: nil)
  }

  func flush() {
    context?.flush()
  }

  /// The whole response has been written. What may still come of the request is not wanted (RFC 9113,
  /// section 8.1).
  func responseComplete() {
    flush()
    if !isRequestComplete { reset(.noError) }
  }

  /// Ends the stream before its time.
  func reset(_ reason: HTTP2ErrorCode) {
    guard let context else { return }
    context.writeAndFlush(wrapOutboundOut(.rstStream(reason)), promise: nil)
    context.close(promise: nil)
  }

  // MARK: Events

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { response?.mayRead() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    leave()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func leave() {
    context = nil
    response?.close()
    response = nil
    waiting = []
  }
}
