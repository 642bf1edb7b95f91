import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS
import SlipwayCore

/// The first handler of each connection: sees by the first byte whether the client speaks TLS, and
/// sets the connection up for what it speaks.
final class Doorkeeper: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// The type of the record that begins every handshake (RFC 8446, section 5.1).
  private static let handshake: UInt8 = 22

  /// From the connection to the end of the handshake.
  private static let patience = TimeAmount.seconds(15)

  private let certificates: CertificateHolder
  private let backend: Backend
  private let headLimit: Int
  private var isDecided = false
  private var timeout: Scheduled<Void>?

  init(certificates: CertificateHolder, backend: Backend, headLimit: Int) {
    self.certificates = certificates
    self.backend = backend
    self.headLimit = headLimit
  }

  func channelActive(context: ChannelHandlerContext) {
    timeout = context.eventLoop.assumeIsolated()
      .scheduleTask(in: Self.patience) { context.close(promise: nil) }
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    settle()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isDecided {
      isDecided = true
      do {
        let first = unwrapInboundIn(data).readableBytesView.first
        if first == Self.handshake {
          try expectTLS(context)
        } else {
          settle()
          try expectPlainHTTP(context)
        }
      } catch {
        context.close(promise: nil)
        return
      }
    }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  /// The client has shown in time what it wants.
  private func settle() {
    timeout?.cancel()
    timeout = nil
  }

  private func expectTLS(_ context: ChannelHandlerContext) throws {
    let tls = NIOSSLServerHandler(context: certificates.context)
    let negotiation = ApplicationProtocolNegotiationHandler { result, channel in
      self.settle()
      let isHTTP2 = if case .negotiated("h2") = result { true } else { false }
      let header = ProxyHeader.encode(
        client: channel.remoteAddress,
        server: channel.localAddress,
        tlsVersion: tls.tlsVersion == .tlsv13 ? "TLSv1.3" : "TLSv1.2",
        applicationProtocol: isHTTP2 ? "h2" : "http/1.1"
      )
      let relay = Relay(backend: self.backend, header: header, headLimit: self.headLimit)
      return isHTTP2 ? relay.streams(of: channel) : relay.bytes(of: channel)
    }
    try context.pipeline.syncOperations.addHandlers([tls, negotiation], position: .after(self))
  }

  private func expectPlainHTTP(_ context: ChannelHandlerContext) throws {
    let pipeline = context.pipeline.syncOperations
    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
    try pipeline.addHandler(PlainHTTPAnswer())
  }
}
