import NIOCore

// From a whole head to the end of its exchange.
extension ConnectionHandler {
  func route(_ head: RequestHead) {
    switch hostVerdict(on: head) {
    case .allowed: break
    case .malformed: return refuse(.malformed("The host that the request is for is malformed."))
    case .foreign(let host):
      let remedy = gateway.configuration.hostRemedy(host)
      return dispatch(head, to: FixedAnswer.page(.foreignHost(host, remedy: remedy)))
    }
    if head.method == "OPTIONS" && head.target == "*" {
      // RFC 9110, section 9.3.7: about the server as a whole.
      return dispatch(head, to: FixedAnswer.head(ResponseHead(status: 204)))
    }
    switch gateway.mounts.resolve(head.target) {
    case .invalid(let reason):
      refuse(.malformed(reason), toHead: head.method == "HEAD")
    case .reserved(let path, let query):
      dispatchInternally(head, path: path, query: query)
    case .notFound:
      let peer = peer
      // Whom a mount does not let in need not know of it.
      let mounts = gateway.mounts.mounts.filter { ($0.policy?.judge(peer) ?? .allowed) == .allowed }
      let page = ErrorPage.noMount(for: head.target, mounts: mounts)
      dispatch(head, to: FixedAnswer.page(page))
    case .found(let mount, let path, let query):
      let since = carriedHold ?? .now()
      let request = HeldRequest(head: head, mount: mount, path: path, query: query, since: since)
      if let policy = mount.policy,
        let page = policy.refusal(of: head, at: mount.prefix, from: peer)
      {
        return dispatch(head, request, to: FixedAnswer.page(page))
      }
      // Before the gate, and before the client is told to continue.
      if let page = sizeRefusal(of: request) {
        return dispatch(head, request, to: FixedAnswer.page(page))
      }
      ask(request)
    }
  }

  /// What is answered to a request that announces a larger body than its mount takes.
  func sizeRefusal(of request: HeldRequest) -> ErrorPage? {
    let limit = gateway.bodyLimit(of: request.mount)
    guard case .known(let length) = request.head.body, length > limit else { return nil }
    return .bodyTooLarge(limit: limit)
  }

  /// Asks the gatekeeper what is to be done with the request at the beginning of `input`.
  func ask(_ request: HeldRequest) {
    let wasCertain = mayBeCertain && loop.isCertain
    var isCertain = wasCertain
    let admission = gateway.gatekeeper.admit(to: request.mount, isCertain: &isCertain)
    if isCertain, !wasCertain { loop.becomeCertain() }
    switch admission {
    case .dispatch(let application):
      dispatch(request.head, request, to: application)
    case .answer(let page):
      dispatch(request.head, request, to: FixedAnswer.page(page))
    case .hold:
      if case .held = phase { return }
      enter(.held(request))
    }
  }

  /// Asks the gatekeeper again, if a request is held.
  func reconsider() {
    guard case .held(let request) = phase, !loop.isDraining else { return }
    ask(request)
    if case .held = phase { return }
    pump()
  }

  func dispatch(
    _ head: RequestHead,
    _ request: HeldRequest? = nil,
    to application: any Application,
    keepingConnection: Bool = true
  ) {
    var wasHeld = carriedHold != nil
    if case .held = phase { wasHeld = true }
    let begun = request?.since ?? .now()
    carriedHold = nil
    input.moveReaderIndex(forwardBy: head.byteCount)
    let id = gateway.exchangeBegins()
    noteDispatch(of: head.byteCount, to: request?.mount, exchange: id, begun: begun)
    exchangeCount &+= 1
    // What no mount takes is answered by a page of ours, which gets the script too.
    let reloadsLive = request?.mount.rules.reloadsLive ?? true
    let liveScript = reloadsLive ? gateway.configuration.liveScript : nil
    let description = Request(
      method: head.method,
      target: head.target,
      scheme: scheme,
      authority: head.authority,
      mountPrefix: request.map { $0.mount.prefix == "/" ? "" : $0.mount.prefix } ?? "",
      path: request?.path ?? "",
      query: request?.query ?? "",
      fields: liveScript == nil ? head.fields : head.fields.forPage(),
      httpMinorVersion: head.minorVersion,
      peer: clientAddress,
      body: head.body,
      upgrade: head.upgrade
    )
    let stream = ExchangeStream(
      id: id,
      request: description,
      policy: request?.mount.policy,
      liveScript: liveScript,
      head: head,
      keepsAlive: head.keepsAlive && keepingConnection,
      begun: begun,
      held: wasHeld ? .now() - begun : .zero,
      connection: self
    )
    stream.body.limit = gateway.bodyLimit(of: request?.mount)
    enter(.running(stream))
    application.handle(Exchange(stream, eventLoop: loop.eventLoop))
  }

  /// Called once for each exchange, after its last byte went to the operating system or it is known
  /// that it never will.
  func exchangeEnded(_ stream: ExchangeStream, wasCut: Bool) {
    var record = ExchangeRecord(
      id: stream.id,
      peer: peerName,
      method: stream.request.method,
      target: stream.request.target,
      httpMinorVersion: stream.request.httpMinorVersion,
      mountPrefix: stream.request.mountPrefix,
      status: stream.status,
      responseBytes: stream.sentBytes,
      took: Duration(NIODeadline.now() - stream.begun),
      held: Duration(stream.held),
      wasCut: wasCut
    )
    record.generation = gateway.configuration.generation
    record.isHTTP2 = origin.isHTTP2
    if gateway.configuration.capture != nil { record.captured = captured(of: stream) }
    gateway.exchangeEnds(record, loop)
    guard case .running(let current) = phase, current === stream, !wasCut else { return }
    if settleInput(of: stream) { pump() } else { armTimer() }
  }

  /// Decides how the connection goes on behind an exchange whose response is out. False if that
  /// takes more bytes, or the connection is over.
  func settleInput(of stream: ExchangeStream) -> Bool {
    let rest = stream.discardInput()
    switch rest {
    case .complete where stream.keepsAlive:
      enter(.awaitingHead)
      return true
    case .discardable where stream.keepsAlive && !isInputClosed:
      if case .discarding = phase {} else { enter(.discarding(stream)) }
      readIfWanted()
      return false
    case .complete, .discardable, .excessive:
      close(lingering: rest != .complete || input.readableBytes > 0)
      return false
    }
  }

  /// - Parameter toHead: Whether the method is known, and is HEAD.
  func refuse(_ refusal: Refusal, toHead: Bool = false) {
    let begun = since
    enter(.closing)
    let status = refusal.status
    let id = gateway.nextExchangeID()
    let requestID = Exchange.requestID(id, generation: gateway.configuration.generation)
    let (output, count) = page(refusal, requestID: requestID, toHead: toHead)
    send(output) { isSent in
      var record = ExchangeRecord(
        id: id,
        peer: self.peerName,
        method: "-",
        target: "-",
        httpMinorVersion: 1,
        mountPrefix: "",
        status: status,
        responseBytes: count,
        took: Duration(NIODeadline.now() - begun),
        held: .zero,
        wasCut: !isSent
      )
      record.generation = self.gateway.configuration.generation
      record.isHTTP2 = self.origin.isHTTP2
      self.gateway.record(record)
      if case .closing = self.phase { self.close(lingering: true) }
    }
  }
}
