import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL

/// One connection of HTTP/2, on which requests are under way side by side.
final class HTTP2Client: Sendable {
  struct Response: Sendable {
    var status = 0
    var text = ""
  }

  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let channel: any Channel
  private let streams: NIOHTTP2Handler.StreamMultiplexer

  /// Connects to a port of 127.0.0.1, and trusts nobody but `authority`, a PEM file.
  init(port: UInt16, authority: String) throws {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .file(authority)
    tls.applicationProtocols = ["h2"]
    let context = try NIOSSLContext(configuration: tls)
    channel = try ClientBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .connect(host: "127.0.0.1", port: Int(port))
      .wait()
    streams =
      try channel
      .configureHTTP2Pipeline(
        mode: .client,
        connectionConfiguration: .init(),
        streamConfiguration: .init()
      ) { $0.close() }
      .wait()
  }

  deinit {
    group.shutdownGracefully { _ in }
  }

  /// Whether it is still the connection that it was at the beginning.
  var isOpen: Bool { channel.isActive }

  /// Begins a request. Fails if the stream or the connection is lost.
  func send(
    _ path: String,
    method: HTTPMethod = .GET,
    body: String? = nil
  ) -> EventLoopFuture<Response> {
    let answer = channel.eventLoop.makePromise(of: Response.self)
    let head = HTTPRequestHead(
      version: .http2,
      method: method,
      uri: path,
      headers: ["Host": "localhost"]
    )
    streams.createStreamChannel { stream in
      stream.eventLoop.makeCompletedFuture {
        let pipeline = stream.pipeline.syncOperations
        try pipeline.addHandler(HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https))
        try pipeline.addHandler(Exchange(head, body, answer))
      }
    }
    .whenFailure { answer.fail($0) }
    return answer.futureResult
  }

  func get(_ path: String = "/") throws -> Response { try send(path).wait() }

  private final class Exchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    struct Broken: Error {}

    private let head: HTTPRequestHead
    private let body: String?
    private let answer: EventLoopPromise<Response>
    private var response = Response()

    init(_ head: HTTPRequestHead, _ body: String?, _ answer: EventLoopPromise<Response>) {
      self.head = head
      self.body = body
      self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      if let body {
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
      }
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): response.status = Int(head.status.code)
      case .body(let bytes): response.text += String(buffer: bytes)
      case .end: answer.succeed(response)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      answer.fail(Broken())
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      answer.fail(error)
      context.close(promise: nil)
    }
  }
}
