import NIOCore

// How long a connection may stay as it is.
extension ConnectionHandler {
  var deadline: NIODeadline? {
    let timeouts = gateway.timeouts
    switch phase {
    case .opening, .over: return nil
    case .awaitingHead where isSurplus: return since + timeouts.linger
    case .awaitingHead where input.readableBytes == 0:
      return since + timeouts.idle
    case .awaitingHead, .discarding, .closing: return since + timeouts.head
    case .held(let request): return request.since + timeouts.hold
    case .lingering:
      // A restart waits no longer for it than for the client of a tunnel.
      let limit = timeouts.linger
      return since + (loop.isDraining ? min(limit, Self.farewell) : limit)
    case .running(let stream):
      let wait = bodyDeadline(of: stream)
      guard let output = stall.map({ $0.since + timeouts.write }) else {
        return wait
      }
      return wait.map { min($0, output) } ?? output
    }
  }

  private func bodyDeadline(of stream: ExchangeStream) -> NIODeadline? {
    // In a tunnel, only the other protocol knows how long silence may last.
    guard stream.isStarving, !stream.isTunnel else { return nil }
    return stream.starvesSince + gateway.timeouts.body
  }

  /// Sees to it that a timer goes off at the deadline, or before it and looks again: deadlines move
  /// with every request, timers do not.
  func armTimer() {
    guard let deadline else { return }
    if let timer {
      if timer.at <= deadline { return }
      timer.task.cancel()
    }
    let task = loop.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timeUp() }
    timer = (deadline, task)
  }

  func timeUp() {
    timer = nil
    let now = NIODeadline.now()
    guard let deadline, now >= deadline else { return armTimer() }
    switch phase {
    case .running(let stream):
      if let limit = bodyDeadline(of: stream), now >= limit {
        stream.bodyTimedOut()
        return pump()
      }
      if outputIsStalled(now) { return cutStalled(stream) }
      armTimer()
    case .awaitingHead where isSurplus: context?.close(promise: nil)
    case .awaitingHead where input.readableBytes > 0: refuse(.slowHead)
    case .held(let request):
      let page = ErrorPage.heldTooLong(
        gateway.configuration.holdTimeout,
        at: request.mount,
        gateway.configuration.situation?(),
        retryAfter: gateway.configuration.retryAfter
      )
      dispatch(request.head, request, to: FixedAnswer.page(page), keepingConnection: false)
      pump()
    case .awaitingHead, .discarding, .closing, .lingering: context?.close(promise: nil)
    case .opening, .over: break
    }
  }
}
