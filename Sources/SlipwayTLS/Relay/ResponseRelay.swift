import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2

/// The gateway's side of one stream: writes its request, and turns the response into frames.
final class ResponseRelay: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = HTTPClientRequestPart

  private weak var stream: StreamRelay?
  private var context: ChannelHandlerContext?
  /// A head that waits to be told whether it is all of the response.
  private var head: HPACKHeaders?
  private var isComplete = false
  private var owesRead = false

  init(stream: StreamRelay) {
    self.stream = stream
  }

  /// Called before anything is read.
  func configure(_ channel: any Channel) throws {
    let decoder = HTTPResponseDecoder(
      leftOverBytesStrategy: .dropBytes,
      informationalResponseStrategy: .forward
    )
    try channel.pipeline.syncOperations.addHandlers([
      HTTPRequestEncoder(),
      ByteToMessageHandler(decoder),
      NIOHTTPRequestHeadersValidator(),
      self,
    ])
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  // MARK: Request

  var takesMore: Bool { context?.channel.isWritable ?? false }

  func send(_ part: HTTPClientRequestPart) {
    context?.write(wrapOutboundOut(part), promise: nil)
  }

  func flushRequest() {
    context?.flush()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { stream?.mayRead() }
  }

  // MARK: Response

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let stream, !isComplete else { return }
    switch unwrapInboundIn(data) {
    case .head(let head) where (100..<200).contains(head.status.code):
      // There is nothing to switch to: RFC 9113, section 8.6.
      guard head.status.code != 101 else { return fail() }
      stream.write(.headers(.init(headers: HPACKHeaders(response: head), endStream: false)))
      stream.flush()
    case .head(let head):
      self.head = HPACKHeaders(response: head)
    case .body(let bytes):
      writeHead(endStream: false)
      stream.write(.data(.init(data: .byteBuffer(bytes), endStream: false)))
    case .end(let trailers):
      isComplete = true
      if let trailers, !trailers.isEmpty {
        writeHead(endStream: false)
        stream.write(.headers(.init(headers: HPACKHeaders(trailers: trailers), endStream: true)))
      } else if head != nil {
        writeHead(endStream: true)
      } else {
        stream.write(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)))
      }
      stream.responseComplete()
      context.close(promise: nil)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    writeHead(endStream: false)
    stream?.flush()
  }

  func read(context: ChannelHandlerContext) {
    if stream?.isWritable == true { context.read() } else { owesRead = true }
  }

  /// The client takes more of the response.
  func mayRead() {
    guard owesRead else { return }
    owesRead = false
    context?.read()
  }

  private func writeHead(endStream: Bool) {
    guard let head else { return }
    self.head = nil
    stream?.write(.headers(.init(headers: head, endStream: endStream)))
  }

  // MARK: End

  func channelInactive(context: ChannelHandlerContext) {
    fail()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail()
  }

  /// The client is gone, or has all it wants.
  func close() {
    stream = nil
    context?.close(promise: nil)
  }

  /// The response has ended before its end.
  private func fail() {
    if !isComplete {
      isComplete = true
      stream?.reset(.internalError)
    }
    close()
  }
}
