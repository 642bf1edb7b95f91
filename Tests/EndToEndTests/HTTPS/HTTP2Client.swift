import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import SlipwayTestSupport

/// One connection of HTTP/2, on which requests are under way side by side.
final class HTTP2Client: Sendable {
  struct Response: Sendable {
    var status = 0
    var text = ""
  }

  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  /// What has gone wrong with the connection: streams only see that it ends.
  private let fault = Monitor("")
  private let channel: any Channel
  private let streams: NIOHTTP2Handler.StreamMultiplexer

  /// Connects to a port of 127.0.0.1, as a client that asks for `host` and trusts one authority.
  init(port: UInt16, host: String, authority: String) throws {
    let fault = fault
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .file(authority)
    tls.applicationProtocols = ["h2"]
    let context = try NIOSSLContext(configuration: tls)
    channel = try ClientBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = try NIOSSLClientHandler(context: context, serverHostname: host)
          try channel.pipeline.syncOperations.addHandler(handler)
          // Now: the server's settings come right behind the handshake.
          _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .client,
            connectionConfiguration: .init(),
            streamConfiguration: .init()
          ) { $0.close() }
          try channel.pipeline.syncOperations.addHandler(Fault(fault))
        }
      }
      .connect(host: "127.0.0.1", port: Int(port))
      .wait()
    streams = try channel.eventLoop
      .flatSubmit { [channel] in
        do {
          return try channel.pipeline.syncOperations.handler(type: NIOHTTP2Handler.self).multiplexer
        } catch {
          return channel.eventLoop.makeFailedFuture(error)
        }
      }
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
    body: String? = nil,
    fields: HTTPHeaders = [:]
  ) -> EventLoopFuture<Response> {
    let answer = channel.eventLoop.makePromise(of: Response.self)
    var head = HTTPRequestHead(
      version: .http2,
      method: method,
      uri: path,
      headers: ["Host": "localhost"]
    )
    head.headers.add(contentsOf: fields)
    streams.createStreamChannel { [fault, head] stream in
      stream.eventLoop.makeCompletedFuture {
        let pipeline = stream.pipeline.syncOperations
        try pipeline.addHandler(HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https))
        try pipeline.addHandler(Exchange(head, body, answer, fault))
      }
    }
    .whenFailure { answer.fail($0) }
    return answer.futureResult
  }

  func get(_ path: String = "/") throws -> Response { try send(path).wait() }

  private final class Fault: ChannelInboundHandler {
    typealias InboundIn = Any

    private let fault: Monitor<String>

    init(_ fault: Monitor<String>) {
      self.fault = fault
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      fault.update { $0 += "\(error) " }
      context.close(promise: nil)
    }
  }

  private final class Exchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    struct Broken: Error {
      var reason: String
    }

    private let head: HTTPRequestHead
    private let body: String?
    private let answer: EventLoopPromise<Response>
    private let fault: Monitor<String>
    private var response = Response()

    init(
      _ head: HTTPRequestHead,
      _ body: String?,
      _ answer: EventLoopPromise<Response>,
      _ fault: Monitor<String>
    ) {
      self.fault = fault
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
      answer.fail(Broken(reason: fault.update { $0 }))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      answer.fail(error)
      context.close(promise: nil)
    }
  }
}
