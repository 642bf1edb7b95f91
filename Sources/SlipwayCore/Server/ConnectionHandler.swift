import NIOCore
import SlipwaySystem
import SystemPackage

/// One connection: frames requests, dispatches one at a time, keeps what is not dispatched.
///
/// Bytes behind the head of the request in hand stay in `input` until the exchange takes them, and
/// those of the next request until the exchange has ended. That keeps the order of pipelined
/// requests, slows down clients that send faster than they are read, and makes the connection
/// portable: `input` and the descriptor are all there is to carry.
///
/// Touched on its event loop only.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// A request that waits at the gate. Its bytes are still in `input`, head included.
  struct HeldRequest {
    var head: RequestHead
    var mount: Mount
    var path: String
    var query: String
    var since: NIODeadline
  }

  enum Phase {
    /// Not registered with the event loop yet.
    case opening
    /// Between requests, or in the head of one.
    case awaitingHead
    /// Indirect, as it is large and seldom: the phase is looked at many times in each exchange.
    indirect case held(HeldRequest)
    case running(ExchangeStream)
    /// The response is out; the rest of the request is read and dropped.
    case discarding(ExchangeStream)
    /// The last response of the connection is on its way out.
    case closing
    /// Our side is shut; the peer's is read and dropped, for unread bytes would make close(2) reset
    /// the connection and take the response with it (RFC 9112, section 9.6).
    case lingering
    /// Closed, or carried away.
    case over
  }

  let gateway: Gateway
  let loop: LoopContext
  let socket: SystemPackage.FileDescriptor

  /// What has arrived and not been taken.
  var input = ByteBuffer()
  private(set) var isInputClosed = false
  private(set) var phase = Phase.opening
  private(set) var context: ChannelHandlerContext?

  private var framer: HeadFramer
  /// Since when the connection is in its phase or, within a head, since the head's first byte.
  private(set) var since: NIODeadline
  /// When the request at the beginning of `input` was first held, if an earlier generation held it.
  var carriedHold: NIODeadline?
  /// Sends whose bytes are not all with the operating system.
  var unsentWrites = 0
  /// The channel has bytes that it was not told to send yet.
  var hasUnflushedOutput = false
  /// Somebody is being told that his bytes went past the channel.
  var isCompletingSend = false
  /// Set while there are such.
  var stall: OutputStall?
  /// The connection is one more than there may be: its first request is refused.
  var isSurplus = false
  /// The last authority that was found to be allowed.
  var allowedAuthority: String?
  /// What a crash leaves of the connection; nil if nothing.
  private(set) var slot: ConnectionSlot?
  /// What answers the first request: see `CarriedConnection.answer`.
  var assigned: (any Application)?
  private var isPumping = false
  var timer: (at: NIODeadline, task: Scheduled<Void>)?
  /// Where the client is.
  var origin: ConnectionOrigin {
    didSet {
      notePeer()
      noteOrigin()
      noteInput()
    }
  }
  /// The request in hand is the first of what was read in this turn, so that some of it was there when the
  /// turn began: those behind it may be younger.
  private(set) var mayBeCertain = false
  /// Exchanges on this connection, in this generation.
  var exchangeCount = 0
  /// The client's address; nil if nobody knows it. Kept, for NIO asks the system for it each time.
  private(set) var clientAddress: SocketAddress?
  /// For the log, which tells of a connection when it may be gone.
  private(set) var peerName = ""

  init(
    socket: SystemPackage.FileDescriptor,
    bytes: [UInt8],
    heldSince: NIODeadline?,
    origin: ConnectionOrigin,
    answer: (any Application)? = nil,
    slot: ConnectionSlot? = nil,
    gateway: Gateway,
    loop: LoopContext
  ) {
    self.gateway = gateway
    self.loop = loop
    self.socket = socket
    if !bytes.isEmpty { input = ByteBuffer(bytes: bytes) }
    carriedHold = heldSince
    self.origin = origin
    since = .now()
    framer = HeadFramer(limits: gateway.configuration.headLimits)
    assigned = answer
    self.slot = slot ?? gateway.connections?.enter(socket.rawValue)
    noteOrigin()
    noteInput()
    if answer != nil { noteDispatch(of: bytes.count, to: nil, exchange: 0, begun: since) }
  }

  private func notePeer() {
    clientAddress = findClientAddress()
    peerName = clientAddress.map(Self.name(of:)) ?? ""
  }

  private static func name(of address: SocketAddress) -> String {
    guard let host = address.ipAddress, let port = address.port else { return "unix" }
    return address.protocol == .inet6 ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func channelActive(context: ChannelHandlerContext) {
    notePeer()
    enter(.awaitingHead)
    pump()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    switch phase {
    case .closing, .lingering, .over: return
    case .opening, .awaitingHead, .held, .running, .discarding: break
    }
    if input.readableBytes == 0 {
      if case .awaitingHead = phase {
        since = .now()
        mayBeCertain = true
      }
      input = bytes
    } else {
      input.append(read: &bytes)
    }
    switch phase {
    case .awaitingHead, .held: noteInput()
    case .opening, .running, .discarding, .closing, .lingering, .over: break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    pump()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed? = event as? ChannelEvent else { return }
    isInputClosed = true
    if case .running(let stream) = phase { stream.inputClosed() }
    pump()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A reset, a broken pipe: the peer is gone, and there is nobody to tell.
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    let last = phase
    leave()
    if case .running(let stream) = last { stream.connectionLost() }
  }

  /// The channel could not be set up.
  func openingFailed() {
    leave()
  }

  /// Ends the connection's life here; idempotent.
  func leave() {
    if case .over = phase { return }
    enter(.over)
    context = nil
    timer?.task.cancel()
    timer = nil
    input = ByteBuffer()
    slot = nil
    loop.remove(self)
    gateway.connectionLeft(loop, wasSurplus: isSurplus)
  }

  func enter(_ next: Phase) {
    if case .held = phase { loop.unmarkHeld(self) }
    phase = next
    switch next {
    case .awaitingHead:
      since = .now()
      mayBeCertain = false
      if assigned == nil { noteInput() }
    case .discarding, .lingering: since = .now()
    case .closing:
      since = .now()
      slot?.respond(untilClose: false)
    case .held:
      loop.markHeld(self)
      noteInput()
    case .opening, .running, .over: break
    }
  }

  // MARK: Progress

  /// Goes on as far as the bytes at hand allow, then reads if more are wanted.
  ///
  /// A loop, not recursion: an exchange may end inside its dispatch, thousands of times in one read.
  func pump() {
    guard !isPumping else { return }
    isPumping = true
    CrashGuard.withSlot(slot?.index) {
      while advance() {}
    }
    isPumping = false
    readIfWanted()
    armTimer()
  }

  /// Makes one step; false if it takes more bytes, or somebody else, to make another.
  private func advance() -> Bool {
    switch phase {
    case .opening, .held, .closing, .over: return false
    case .awaitingHead:
      guard !loop.isDraining || assigned != nil else {
        carryAway()
        return false
      }
      return takeHead()
    case .running(let stream):
      stream.deliver()
      if case .running = phase { return false }
      return true
    case .discarding(let stream):
      return settleInput(of: stream)
    case .lingering:
      if isInputClosed { context?.close(promise: nil) }
      return false
    }
  }

  private func takeHead() -> Bool {
    guard input.readableBytes > 0 else {
      // An idle connection does not keep a buffer.
      input = ByteBuffer()
      if isInputClosed { context?.close(promise: nil) }
      return false
    }
    guard takeOrigin() else { return false }
    switch framer.frame(input) {
    case .complete(let head) where assigned != nil:
      answerAssigned(head)
      return true
    case .incomplete where assigned != nil:
      context?.close(promise: nil)
      return false
    case .incomplete:
      if isInputClosed { context?.close(promise: nil) }
      return false
    case .refused(let refusal):
      refuse(refusal)
      return false
    case .complete(let head) where isSurplus:
      dispatch(head, to: gateway.surplusAnswer, keepingConnection: false)
      return true
    case .complete(let head):
      route(head)
      return true
    }
  }

  func close(lingering: Bool) {
    guard let context else { return }
    guard lingering, !isInputClosed else {
      context.close(promise: nil)
      return
    }
    enter(.lingering)
    input = ByteBuffer()
    context.close(mode: .output, promise: nil)
    readIfWanted()
    armTimer()
  }

  // MARK: Reading

  func readIfWanted() {
    guard let context, !isInputClosed else { return }
    let isWanted =
      switch phase {
      case .opening, .over: false
      case .awaitingHead, .discarding, .closing, .lingering: true
      case .held(let request):
        input.readableBytes < request.head.byteCount + gateway.configuration.heldBodyLimit
      // One read ahead, so that a short exchange costs no change of what the kernel watches.
      case .running(let stream): stream.isStarving || input.readableBytes == 0
      }
    if isWanted { context.read() }
  }
}
