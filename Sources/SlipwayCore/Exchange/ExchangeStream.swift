import NIOCore
import SlipwaySystem
import Synchronization

/// The event loop's side of an exchange: takes the request body out of the connection and puts the
/// response into it.
///
/// The connection holds the stream until the exchange has ended or the client has gone; the
/// application holds it through `Exchange`.
///
/// Unchecked: everything but `hasEnded` and what never changes is touched on the connection's event
/// loop only, which `Exchange` sees to.
final class ExchangeStream: @unchecked Sendable {
  /// Whether the application has nothing more to say; true for good.
  let hasEnded = Atomic(false)

  /// Bytes up to which a body is copied behind its head, which saves a second write.
  private static let copyLimit = 16 * 1024

  /// An unread body of up to this size is read and dropped to keep the connection.
  static let discardLimit = 64 * 1024

  enum Phase {
    case fresh
    case streaming(ResponseFraming)
    /// The application has ended the exchange; the last bytes are on their way.
    case ending
    case ended
  }

  struct PendingRead {
    var maximum: Int
    var receive: @Sendable (BodyPart) -> Void
  }

  let id: UInt64
  let request: Request
  /// nil for a mount without rules, and for what belongs to no mount.
  let policy: MountPolicy?
  /// The script that pages get; nil for none.
  let liveScript: (@Sendable () -> String)?
  /// Set while a page is sent that gets it.
  var injection: Injection?
  /// When the head was complete, in this generation or, for a held request, an earlier one.
  let begun: NIODeadline
  let held: TimeAmount

  let connection: ConnectionHandler
  private(set) var phase = Phase.fresh
  var body: BodyFramer
  /// Whether the client still waits for 100 Continue.
  var owesContinue: Bool
  private(set) var keepsAlive: Bool
  var pendingRead: PendingRead?
  /// Since when the outstanding read has got nothing.
  var starvesSince: NIODeadline
  var isDelivering = false
  /// The head of a response whose body has not begun; sent at the end of the loop's turn.
  private var unsentHead: ByteBuffer?
  private var goneCallbacks = GoneCallbacks()
  /// The connection is no more.
  var isGone = false
  /// The gone callbacks have been called, perhaps before the connection was lost.
  private var isDeserted = false
  /// The response is an event stream (text/event-stream), which has no end of its own and whose
  /// client connects again by itself: a restart does not wait for it.
  private(set) var isEventStream = false
  /// The response has status 101: what goes in and out from now on is another protocol's.
  private(set) var isTunnel = false
  /// Set for a tunnel that is taken over restarts.
  var carriedTunnel: (@Sendable () -> (bytes: [UInt8], state: String)?)?
  private(set) var status: Int?
  private(set) var sentBytes = 0
  /// What the access log wants of the response's fields.
  private(set) var capturedFields: [String?] = []

  init(
    id: UInt64,
    request: Request,
    policy: MountPolicy?,
    liveScript: (@Sendable () -> String)?,
    head: RequestHead,
    keepsAlive: Bool,
    begun: NIODeadline,
    held: TimeAmount,
    connection: ConnectionHandler
  ) {
    self.id = id
    self.request = request
    self.policy = policy
    self.liveScript = liveScript
    self.begun = begun
    self.held = held
    starvesSince = begun
    self.connection = connection
    self.keepsAlive = keepsAlive
    body = BodyFramer(head.body)
    // A body that is on its way already was not waited for.
    owesContinue = head.expectsContinue && connection.input.readableBytes == 0
  }

  // MARK: Response

  func start(_ head: ResponseHead) {
    guard case .fresh = phase else { return }
    var head = head
    complete(&head)
    injection = Injection(of: &head, in: self)
    guard let (framing, bytes) = begin(head, wholeBody: nil) else { return }
    phase = .streaming(framing)
    isEventStream = head.fields.first(name: "Content-Type")?.hasPrefix("text/event-stream") ?? false
    if framing.body == .tunnel {
      isTunnel = true
      body = .tunnel
    }
    unsentHead = bytes
    // What follows in this turn of the loop travels with the head.
    connection.inNextTurn { self.sendHead() }
    if framing.body == .none { connection.inNextTurn { self.callGone() } }
    if connection.loop.isDraining, hasNoEnd {
      connection.inNextTurn { [connection] in connection.freeze() }
    }
  }

  /// Begins a tunnel whose head was sent by an earlier generation.
  func resumeTunnel(_ head: ResponseHead) {
    start(head)
    unsentHead = nil
  }

  /// The tunnel goes on in the next generation; here nothing more can be done with it.
  func tunnelCarried() {
    isGone = true
    unsentHead = nil
    callGone()
    guard case .streaming = phase else { return }
    // First: who is told that nothing more comes will want to end what has gone.
    phase = .ending
    hasEnded.store(true, ordering: .relaxed)
    failPendingRead()
    ended(wasCut: false)
  }

  private func sendHead() {
    guard let head = unsentHead, case .streaming = phase else { return }
    unsentHead = nil
    connection.send(head)
  }

  func write(_ bytes: ByteBuffer, _ completion: (@Sendable (Bool) -> Void)?) {
    guard case .streaming(var framing) = phase, !isGone, framing.body != .none else {
      // Not at once: an application that writes in its completions would never return.
      if let completion { connection.inNextTurn { completion(false) } }
      return
    }
    var bytes = bytes
    guard injection?.pass(&bytes) ?? true, framing.account(for: bytes.readableBytes) else {
      completion?(false)
      return cut("The application sent more than its Content-Length announced.")
    }
    phase = .streaming(framing)
    sentBytes += bytes.readableBytes

    var output = takeHead(reserving: bytes.readableBytes)
    if framing.body == .chunked && bytes.readableBytes > 0 {
      output.writeChunkHead(bytes.readableBytes)
      connection.write(&output, bytes, copying: bytes.readableBytes <= Self.copyLimit)
      output.writeStaticString("\r\n")
    } else {
      connection.write(&output, bytes, copying: bytes.readableBytes <= Self.copyLimit)
    }
    guard let completion else { return connection.send(output) }
    connection.send(output) { isSent in
      // A write fails before the channel says that it is closed. Who then lets go of the exchange
      // has not failed.
      if !isSent { self.connectionLost() }
      completion(isSent)
    }
  }

  /// Sends the head, for a file to follow, if it is not out yet; `completion` tells whether it is with the
  /// operating system.
  func flushHead(_ completion: @escaping (Bool) -> Void) {
    guard unsentHead != nil else { return completion(true) }
    connection.send(takeHead(reserving: 0), isFollowed: true, completion)
  }

  /// Takes account of body bytes that went to the socket past the channel: no more than the framing
  /// has left.
  func account(forSent count: Int) {
    guard case .streaming(var framing) = phase, framing.account(for: count) else { return }
    phase = .streaming(framing)
    sentBytes += count
  }

  func finish(trailers: FieldSection?) {
    switch phase {
    case .fresh: return fail(AppFailure(message: "The application finished without a response."))
    case .ending, .ended: return
    case .streaming(let framing):
      var output = takeHead(reserving: 16)
      if let missing = injection?.missing, framing.body != .none {
        return cut("The application sent \(missing) bytes less than its Content-Length announced.")
      }
      appendRest(to: &output, framing.body)
      switch framing.body {
      case .counted(let left) where left > 0:
        return cut("The application sent \(left) bytes less than its Content-Length announced.")
      case .chunked:
        guard output.writeLastChunk(trailers) else {
          return cut("A trailer of the application is not a valid field.")
        }
      case .none, .counted, .untilClose, .tunnel: break
      }
      end(output)
    }
  }

  func respond(_ head: ResponseHead, body: ByteBuffer?) {
    guard case .fresh = phase else { return }
    var head = head
    complete(&head)
    respond(completed: head, body)
  }

  func respond(_ head: ResponseHead, copying body: UnsafeRawBufferPointer) {
    guard case .fresh = phase else { return }
    var head = head
    complete(&head)
    guard liveScript == nil || !head.isHTML else {
      return respond(completed: head, ByteBuffer(bytes: body))
    }
    respond(head, bodyCount: body.count) { output in
      if body.count <= Self.copyLimit {
        output.writeBytes(body)
      } else {
        connection.write(&output, ByteBuffer(bytes: body), copying: false)
      }
    }
  }

  private func respond(completed head: ResponseHead, _ body: ByteBuffer?) {
    var head = head
    var body = body
    inject(into: &body, of: &head)
    let count = body?.readableBytes ?? 0
    respond(head, bodyCount: count) { output in
      guard let body else { return }
      connection.write(&output, body, copying: count <= Self.copyLimit)
    }
  }

  /// - Parameter head: As the mount's policy and the script in the page have left it.
  private func respond(
    _ head: ResponseHead,
    bodyCount count: Int,
    placingBody place: (inout ByteBuffer) -> Void
  ) {
    // A HEAD request whose body was not even made says nothing about its length.
    let isUnknown = count == 0 && request.method == "HEAD"
    // Nothing of the request's body will be read any more, so the head can already say whether
    // the connection lives on.
    if discardInput() == .excessive { keepsAlive = false }
    // Not held under a second name, or the first byte of the body would copy the head.
    guard
      case (let framing, var output)? = begin(
        head,
        wholeBody: isUnknown ? nil : count,
        reserving: min(count, Self.copyLimit)
      )
    else { return }
    if count > 0, framing.body != .none {
      sentBytes = count
      place(&output)
    }
    end(output)
  }

  func respond(_ page: ErrorPage) {
    tellPage(of: page)
    var page = page
    // A page that reloads itself would turn any other method into GET.
    if request.method != "GET" { (page.healsByItself, page.awaitsNewCode) = (false, false) }
    let accept = request.fields.list("Accept")
    let waits = page.awaitsNewCode && PageFormat(accept: accept) == .html
    let (contentType, body) = page.render(
      accept: accept,
      requestID: requestID,
      isLive: liveScript != nil,
      waitingAt: waits
        ? connection.gateway.awaitingPages.keep(page, requestID: requestID, target: request.target)
        : nil
    )
    var fields = page.responseFields
    fields.add(name: "Content-Type", value: contentType)
    respond(ResponseHead(status: page.status, fields: fields), body: body)
  }

  func fail(_ failure: AppFailure) {
    switch phase {
    case .fresh:
      if hasClient { connection.report(failure, of: self) }
      respond(failure.page ?? .applicationFailed(failure, with: request, after: age))
    case .streaming(let framing) where framing.body == .none:
      // The client has got all there is.
      end(takeHead(reserving: 0))
    case .streaming where isTunnel:
      // How an end looks that is a failure is for the other protocol to say: what it has said gets
      // through.
      if !isGone { connection.report(failure, of: self) }
      end(takeHead(reserving: 0))
    case .streaming: cut(failure.message)
    case .ending, .ended: return
    }
  }

  /// Nobody holds the exchange any more.
  func abandoned() {
    switch phase {
    case .fresh:
      fail(AppFailure(message: "The application dropped the exchange without a response."))
    case .streaming:
      fail(AppFailure(message: "The application dropped the exchange without finishing it."))
    case .ending, .ended: return
    }
  }

  /// What logs and pages call the exchange.
  var requestID: String {
    Exchange.requestID(id, generation: connection.gateway.configuration.generation)
  }

  /// How long it has been going on.
  var age: Duration { Duration(NIODeadline.now() - begun) }

  /// Checks and frames a head. A head that cannot be sent fails the exchange.
  private func begin(
    _ head: ResponseHead,
    wholeBody: Int?,
    reserving capacity: Int = 0
  ) -> (ResponseFraming, ByteBuffer)? {
    var bytes = connection.makeBuffer(capacity: 512 + capacity)
    do throws(ResponseFraming.InvalidHead) {
      let framing = try ResponseFraming(
        head,
        connection.conditions(of: self, wholeBody: wholeBody),
        into: &bytes
      )
      connection.slot?.respond(untilClose: framing.body == .untilClose)
      status = head.status
      keepsAlive = framing.keepsAlive
      if let wanted = connection.gateway.configuration.capture?.responseFields, !wanted.isEmpty {
        capturedFields = wanted.map { head.fields.list($0) }
      }
      return (framing, bytes)
    } catch {
      fail(
        AppFailure(
          message: "The response of the application is invalid. \(error.message)",
          code: error.code
        )
      )
      return nil
    }
  }

  private func takeHead(reserving capacity: Int) -> ByteBuffer {
    defer { unsentHead = nil }
    return unsentHead ?? connection.makeBuffer(capacity: min(capacity, Self.copyLimit) + 32)
  }

  private func end(_ output: ByteBuffer) {
    phase = .ending
    hasEnded.store(true, ordering: .relaxed)
    failPendingRead()
    guard !isGone else { return ended(wasCut: true) }
    // The last bytes went past the channel: there is nothing to wait for.
    if output.readableBytes == 0, !connection.hasPendingOutput { return ended(wasCut: false) }
    connection.send(output) { isSent in self.ended(wasCut: !isSent) }
  }

  private func ended(wasCut: Bool) {
    guard case .ending = phase else { return }
    phase = .ended
    goneCallbacks = GoneCallbacks()
    connection.exchangeEnded(self, wasCut: wasCut)
  }

  private func cut(_ reason: String) {
    if hasClient { connection.report(AppFailure(message: reason), of: self) }
    cut()
  }

  private func cut() {
    var hidesEnd = false
    if case .streaming(let framing) = phase { hidesEnd = framing.body == .untilClose }
    phase = .ending
    hasEnded.store(true, ordering: .relaxed)
    failPendingRead()
    connection.cut(abortively: hidesEnd)
    ended(wasCut: true)
  }

  // MARK: The client

  /// Whether anybody is there to be failed. Writes fail a moment before the connection is lost: an
  /// application that gives up at that has done nothing wrong.
  private var hasClient: Bool { !isGone && connection.isOpen }

  func whenGone(_ callback: @escaping @Sendable () -> Void) {
    switch phase {
    case .fresh, .streaming:
      if isDeserted { callback() } else { goneCallbacks.append(callback) }
    case .ending, .ended: return
    }
  }

  /// The client has closed its sending side.
  func inputClosed() {
    deliver()
    // In a tunnel that is the end of what can be read, no more.
    if case .streaming = phase, !isTunnel { callGone() }
  }

  /// The response is of a kind that has no end of its own, so that a restart does not wait for it.
  var hasNoEnd: Bool { isEventStream || isTunnel }

  /// Ends a tunnel in the application's stead. What the application says when it is told, in this
  /// turn of the loop, is the last that gets through.
  func dismissTunnel() {
    callGone()
    if case .streaming = phase { end(takeHead(reserving: 0)) }
  }

  /// The server will not wait for the end of the exchange any longer.
  func giveUp() {
    callGone()
    switch phase {
    case .fresh, .streaming: cut()
    case .ending, .ended: connection.cut(abortively: false)
    }
  }

  /// The connection is no more. What the application does from now on has no effect.
  func connectionLost() {
    isGone = true
    unsentHead = nil
    failPendingRead()
    callGone()
    // An ending exchange whose last bytes were under way learns it from their promise.
  }

  private func callGone() {
    switch phase {
    case .fresh, .streaming: break
    case .ending, .ended: return
    }
    isDeserted = true
    let callbacks = goneCallbacks
    goneCallbacks = GoneCallbacks()
    callbacks()
  }
}
