import NIOCore

/// One end of a connection that is passed on, byte for byte, to its partner's. Both are on one event
/// loop. What one side cannot send, the other does not read.
final class ByteGlue: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var partner: ByteGlue?
  private var context: ChannelHandlerContext?
  private var owesRead = false
  /// The partner's side of the connection has ended, and ours is to end when it is there.
  private var owesEnd = false

  private init() {}

  static func pair() -> (ByteGlue, ByteGlue) {
    let (one, other) = (ByteGlue(), ByteGlue())
    one.partner = other
    other.partner = one
    return (one, other)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    // The partner may have waited for us to be there.
    partner?.mayRead()
    if owesEnd { end() }
    if !context.channel.isActive, partner?.context?.channel.isActive == true { partner?.close() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    partner = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    partner?.write(unwrapInboundIn(data))
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    partner?.context?.flush()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent { partner?.end() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    partner?.close()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { partner?.mayRead() }
  }

  func read(context: ChannelHandlerContext) {
    if partner?.isWritable == true { context.read() } else { owesRead = true }
  }

  private var isWritable: Bool { context?.channel.isWritable ?? false }

  private func write(_ bytes: ByteBuffer) {
    context?.write(wrapOutboundOut(bytes), promise: nil)
  }

  private func mayRead() {
    guard owesRead else { return }
    owesRead = false
    context?.read()
  }

  private func end() {
    guard let context else {
      owesEnd = true
      return
    }
    context.flush()
    context.close(mode: .output, promise: nil)
  }

  private func close() {
    context?.flush()
    context?.close(promise: nil)
  }
}
