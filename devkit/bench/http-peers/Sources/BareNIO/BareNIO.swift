import NIOCore
import NIOHTTP1
import NIOPosix

/// NIO's own HTTP/1.1 codec and a handler that answers with a fixed text: no router, no body, no
/// date, no log. Arguments: port, event-loop threads.
@main
struct BareNIO {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    guard arguments.count == 2 else { fatalError("usage: BareNIO PORT THREADS") }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: arguments[1])
    let channel = try ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Hello())
        }
      }
      .bind(host: "127.0.0.1", port: arguments[0])
      .wait()
    try channel.closeFuture.wait()
  }
}

private final class Hello: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let text = ByteBuffer(string: "Hello, world\n")
  private let head = HTTPResponseHead(
    version: .http1_1,
    status: .ok,
    headers: ["Content-Type": "text/plain", "Content-Length": "13"]
  )

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .end = unwrapInboundIn(data) else { return }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(text))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}
