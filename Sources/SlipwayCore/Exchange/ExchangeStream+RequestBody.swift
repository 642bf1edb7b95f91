import NIOCore

// The way in.
extension ExchangeStream {
  func read(upTo maximum: Int, _ receive: @escaping @Sendable (BodyPart) -> Void) {
    switch phase {
    case .fresh, .streaming:
      guard pendingRead == nil, !isGone else { return receive(.failed) }
      pendingRead = PendingRead(maximum: max(1, maximum), receive: receive)
      deliver()
      connection.readIfWanted()
      if isStarving { connection.armTimer() }
    case .ending, .ended:
      receive(.failed)
    }
  }

  /// Whether the application waits for bytes that have not arrived.
  var isStarving: Bool { pendingRead != nil }

  /// Answers the outstanding read from what has arrived. Called when something has.
  func deliver() {
    // A read inside a receive callback is answered by the loop here, not by recursion.
    guard !isDelivering else { return }
    isDelivering = true
    defer { isDelivering = false }
    while let read = pendingRead {
      switch body.next(from: &connection.input, upTo: read.maximum) {
      case .bytes(let bytes): answer(read, .bytes(bytes))
      case .end(let trailers): answer(read, .end(trailers: trailers))
      case .malformed: breakOff(.malformedBody)
      case .tooLarge: breakOff(.bodyTooLarge(limit: body.limit))
      case .needsMore:
        guard !connection.isInputClosed else {
          // A tunnel ends where the client shuts its side; a body that does is incomplete.
          if isTunnel { answer(read, .end(trailers: [:])) } else { breakOff(.incompleteBody) }
          continue
        }
        if owesContinue, case .fresh = phase { connection.sendContinue() }
        owesContinue = false
        starvesSince = .now()
        return
      }
    }
  }

  /// The body will never be complete. The application's read fails; what the client is told says
  /// why, unless the application has begun to answer: then the application decides.
  private func breakOff(_ page: ErrorPage) {
    body.breakOff()
    if case .fresh = phase {
      respond(page)
    } else {
      failPendingRead()
    }
  }

  /// No byte of the body has come for as long as a wanted body may pause.
  func bodyTimedOut() {
    breakOff(.slowBody(connection.gateway.configuration.bodyTimeout))
  }

  private func answer(_ read: PendingRead, _ part: BodyPart) {
    pendingRead = nil
    read.receive(part)
  }

  func failPendingRead() {
    if let read = pendingRead { answer(read, .failed) }
  }

  /// What is to become of the connection's input behind this exchange.
  enum Rest {
    /// The request has been read to its end.
    case complete
    /// Little enough is missing to wait for it and drop it.
    case discardable
    case excessive
  }

  /// Drops what has arrived of the body. Only for the end of an exchange.
  func discardInput() -> Rest {
    while !body.isComplete, case .bytes = body.next(from: &connection.input, upTo: .max) {}
    if body.isComplete { return .complete }
    guard !owesContinue, let remaining = body.remaining, remaining <= Self.discardLimit else {
      return .excessive
    }
    return .discardable
  }
}
