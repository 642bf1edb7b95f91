import Logging
import NIOCore
import SlipwaySystem

// What exchanges need to get their responses out.
extension ConnectionHandler {
  var isOpen: Bool { context?.channel.isActive ?? false }

  func makeBuffer(capacity: Int) -> ByteBuffer {
    context == nil ? ByteBuffer() : loop.takeBuffer(capacity: capacity)
  }

  func conditions(of stream: ExchangeStream, wholeBody: Int?) -> ResponseFraming.Conditions {
    ResponseFraming.Conditions(
      isHead: stream.request.method == "HEAD",
      minorVersion: stream.request.httpMinorVersion,
      keepsAlive: stream.keepsAlive,
      wholeBody: wholeBody,
      date: loop.dates.currentLine(),
      generation: gateway.generationLine,
      offered: stream.request.upgrade,
      isRequestRead: stream.body.isComplete
    )
  }

  func sendContinue() {
    send(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n"))
  }

  /// Puts `bytes` behind `output`: into it if they are few, else both go to the channel, unflushed,
  /// and `output` begins anew.
  func write(_ output: inout ByteBuffer, _ bytes: ByteBuffer, copying: Bool) {
    if copying {
      output.writeImmutableBuffer(bytes)
    } else {
      hasUnflushedOutput = true
      context?.write(wrapOutboundOut(output), promise: nil)
      context?.write(wrapOutboundOut(bytes), promise: nil)
      output = makeBuffer(capacity: 32)
    }
  }

  /// Sends `output` and what was written before it. `completion` tells whether everything is with
  /// the operating system, perhaps before this returns. `isFollowed` if more comes at once.
  func send(
    _ output: ByteBuffer,
    isFollowed: Bool = false,
    _ completion: ((Bool) -> Void)? = nil
  ) {
    guard let context else {
      completion?(false)
      return
    }
    guard let rest = offer(output, isFollowed, to: context) else {
      loop.giveBack(output)
      isCompletingSend = true
      completion?(true)
      isCompletingSend = false
      return
    }
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated()
      .whenComplete { result in
        self.outputLeft()
        guard let completion else { return }
        switch result {
        case .success: completion(true)
        case .failure: completion(false)
        }
      }
    unsentWrites += 1
    hasUnflushedOutput = false
    context.writeAndFlush(wrapOutboundOut(rest), promise: promise)
    watchOutput()
  }

  /// Hands `output` to the socket past the channel, which would take as long as the system call to do
  /// the same. Returns what is left for the channel, which knows how to wait: nil for nothing.
  ///
  /// Not while the channel has bytes that come first; nor once it is closed, for the descriptor's
  /// number may then be another connection's; nor inside of a completion, or who sends in each would
  /// never let the event loop go on.
  private func offer(
    _ output: ByteBuffer,
    _ isFollowed: Bool,
    to context: ChannelHandlerContext
  ) -> ByteBuffer? {
    guard unsentWrites == 0, !hasUnflushedOutput, !isCompletingSend, context.channel.isActive
    else { return output }
    let count = output.withUnsafeReadableBytes { bytes in
      bytes.isEmpty ? 0 : socket.sendWithoutWaiting(bytes, isFollowed: isFollowed)
    }
    if count == output.readableBytes { return nil }
    var rest = output
    rest.moveReaderIndex(forwardBy: count)
    return rest
  }

  func inNextTurn(_ action: @escaping () -> Void) {
    loop.eventLoop.assumeIsolated().execute(action)
  }

  /// Closes the connection in the middle of a response. `abortively` where the end of the
  /// connection would look like the end of the body.
  func cut(abortively: Bool) {
    guard let context else { return }
    if abortively { socket.resetOnClose() }
    context.close(promise: nil)
  }

  /// The answer to a request that is refused, with the size of its body.
  func page(
    _ refusal: Refusal,
    requestID: String,
    toHead: Bool
  ) -> (ByteBuffer, bodyBytes: Int) {
    let page = refusal.page
    let accept = AcceptPreview.field(in: input)
    let (contentType, body) = page.render(accept: accept, requestID: requestID)
    var fields = page.responseFields
    fields.add(name: "Content-Type", value: contentType)
    fields.add(name: "Content-Length", value: String(body.readableBytes))
    var output = makeBuffer(capacity: 512 + body.readableBytes)
    let conditions = ResponseFraming.Conditions(
      isHead: toHead,
      minorVersion: 1,
      keepsAlive: false,
      wholeBody: body.readableBytes,
      date: loop.dates.currentLine(),
      generation: gateway.generationLine
    )
    let head = ResponseHead(status: page.status, fields: fields)
    guard (try? ResponseFraming(head, conditions, into: &output)) != nil else {
      return (ByteBuffer(), 0)
    }
    if toHead { return (output, 0) }
    output.writeImmutableBuffer(body)
    return (output, body.readableBytes)
  }

  /// Tells the log what an application did wrong.
  func report(_ failure: AppFailure, of stream: ExchangeStream) {
    gateway.logger.error(
      "The application failed",
      metadata: [
        "code": "\(failure.code)",
        "reason": "\(failure.message)",
        "request": "\(stream.requestID)",
        "mount": "\(stream.request.mountPrefix.isEmpty ? "/" : stream.request.mountPrefix)",
        "method": "\(stream.request.method)",
        "target": "\(stream.request.target)",
        "after": "\(stream.age.shownInMilliseconds)",
      ]
    )
  }
}
