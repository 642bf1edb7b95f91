import NIOCore
import NIOHTTP2

/// Sets up how one connection, its TLS already ended, goes on to the gateway.
struct Relay {
  /// Streams of one connection at a time. Browsers keep to it, and 100 is what RFC 9113, section 6.5.2
  /// recommends at least.
  private static let maximumStreams = 100

  let backend: Backend
  /// With which each connection to the gateway begins.
  let header: ByteBuffer
  let headLimit: Int

  /// HTTP/1.1, and whatever it is upgraded to.
  func bytes(of channel: any Channel) -> EventLoopFuture<Void> {
    let eventLoop = channel.eventLoop
    let glue = NIOLoopBound(ByteGlue.pair(), eventLoop: eventLoop)
    return
      backend.connect(
        header,
        on: eventLoop,
        halfClosing: true,
        while: { channel.isActive },
        configure: { try $0.pipeline.syncOperations.addHandler(glue.value.0) }
      )
      .flatMap { _ in
        eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(glue.value.1)
        }
      }
      .flatMapError { error in
        channel.close(promise: nil)
        return eventLoop.makeFailedFuture(error)
      }
  }

  /// HTTP/2.
  func streams(of channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      var connection = NIOHTTP2Handler.ConnectionConfiguration()
      connection.initialSettings = [
        HTTP2Setting(parameter: .maxConcurrentStreams, value: Self.maximumStreams),
        HTTP2Setting(parameter: .maxHeaderListSize, value: headLimit),
        HTTP2Setting(parameter: .initialWindowSize, value: 256 * 1024),
      ]
      // The window of the connection is that of several streams: a slow one holds up no other.
      connection.targetWindowSize = 1024 * 1024
      // Browsers may send a priority with each request; what is left is enough against a flood.
      connection.controlFrameRateLimit.maximumCount = 2000
      var stream = NIOHTTP2Handler.StreamConfiguration()
      stream.targetWindowSize = 256 * 1024
      // People reload and close pages, and each request that is under way is reset: a flood of them
      // costs the gateway a connection each, and is stopped well before that hurts.
      stream.streamResetFrameRateLimit.maximumCount = 500
      stream.outboundBufferSizeHighWatermark = 64 * 1024
      stream.outboundBufferSizeLowWatermark = 32 * 1024
      let management = NIOHTTP2ServerConnectionManagementHandler(
        eventLoop: channel.eventLoop,
        configuration: .init(
          maxIdleTime: .minutes(10),
          maxAge: nil,
          maxGraceTime: .seconds(2),
          keepalive: nil
        )
      )
      let pipeline = channel.pipeline.syncOperations
      _ = try pipeline.configureHTTP2Pipeline(
        mode: .server,
        connectionConfiguration: connection,
        streamConfiguration: stream,
        streamDelegate: management.http2StreamDelegate
      ) { [backend, header] stream in
        stream.eventLoop.makeCompletedFuture {
          let relay = StreamRelay(backend: backend, header: header)
          try stream.pipeline.syncOperations.addHandler(relay)
        }
      }
      try pipeline.addHandlers([management, ConnectionCloser()])
    }
  }
}

/// Closes a connection of HTTP/2 that cannot go on. Errors of single streams end those only.
private final class ConnectionCloser: ChannelInboundHandler {
  typealias InboundIn = Any

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if !(error is NIOHTTP2Errors.StreamError) { context.close(promise: nil) }
  }
}
