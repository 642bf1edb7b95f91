import Dispatch
package import Logging
import NIOCore
import NIOPosix
package import SlipwaySystem
import Synchronization
package import SystemPackage

/// The HTTP server: owns connections and exchanges, and can let go of them for a restart.
///
/// Every function may be called on any thread. `shutDown` must be called before the gateway is
/// dropped: its threads hold it until then.
package final class Gateway: Sendable {
  let configuration: Configuration
  let timeouts: Timeouts
  let mounts: MountTable
  let internalPages: InternalPages
  let awaitingPages: AwaitingPages
  let gatekeeper: any Gatekeeper
  let logger: Logger
  /// What a crash leaves of the connections; nil if there is no guard against crashes.
  let connections: ConnectionTable?
  /// A field line, or empty.
  let generationLine: String

  private let onExchangeEnd: @Sendable (ExchangeRecord) -> Void
  private let group: MultiThreadedEventLoopGroup
  let loops: [LoopContext]
  private let nextLoop = Atomic<Int>(0)
  private let nextID = Atomic<UInt64>(1)
  private let running = Atomic<Int>(0)
  /// Connections from accept(2) until they are closed or carried away.
  private let open = Atomic<Int>(0)
  /// Those among them that are to be refused.
  private let surplus = Atomic<Int>(0)
  private let state = Mutex(State())

  private struct State {
    var acceptors: [(acceptor: Acceptor, thread: NamedThread)] = []
    var drain: Drain?
    var drainCount = 0
  }

  private struct Drain {
    var number: Int
    var machine: DrainMachine
    var completion: @Sendable (Drained) -> Void

    mutating func note(_ event: (inout DrainMachine) -> Void) { event(&machine) }
  }

  /// - Parameters:
  ///   - gatekeeper: Asked for each request that a mount takes.
  ///   - onExchangeEnd: Called on event loops, once for each exchange and refused request.
  package init(
    configuration: Configuration,
    mounts: MountTable,
    internalPages: InternalPages = InternalPages(),
    gatekeeper: any Gatekeeper,
    logger: Logger,
    connections: ConnectionTable? = nil,
    onExchangeEnd: @escaping @Sendable (ExchangeRecord) -> Void = { _ in }
  ) {
    self.connections = connections
    self.configuration = configuration
    timeouts = Timeouts(configuration)
    self.mounts = mounts
    awaitingPages = AwaitingPages(mounts, gatekeeper)
    self.internalPages = internalPages.adding(awaitingPages, named: AwaitingPages.name)
    self.gatekeeper = gatekeeper
    self.logger = logger
    self.onExchangeEnd = onExchangeEnd
    generationLine =
      configuration.sendsGeneration
      ? "Slipway-Generation: \(configuration.generation)\r\n" : ""
    group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threads))
    loops = group.makeIterator().map(LoopContext.init)
  }

  /// How many exchanges applications have in hand.
  package var runningExchanges: Int { running.load(ordering: .relaxed) }

  /// How many connections there are.
  package var openConnections: Int { open.load(ordering: .relaxed) }

  /// Begins to accept on `listeners`: bound, listening, and borrowed until `shutDown`.
  ///
  /// - Parameter origin: `announced` for a Unix-domain listener of our own, to which a process of
  ///   this user relays connections.
  package func serve(
    _ listeners: [SystemPackage.FileDescriptor],
    origin: ConnectionOrigin = .peer
  ) throws(CoreError) {
    for listener in listeners {
      do throws(Errno) {
        let acceptor = try Acceptor(
          listener,
          logger: logger,
          room: { self.room },
          deliver: { connection, room in
            guard origin == .peer || connection.peerIsThisUser else {
              try? connection.close()
              return
            }
            self.take(connection, isSurplus: room == .surplus, origin: origin)
          }
        )
        try state.withLock { state throws(Errno) in
          if state.drain != nil { acceptor.pause() }
          let thread = try NamedThread("slipway-accept") { acceptor.run() }
          state.acceptors.append((acceptor, thread))
        }
      } catch {
        throw .listenerUnusable(listener, cause: error)
      }
    }
  }

  /// Goes on with connections of the previous generation, as if their bytes had just been read.
  package func adopt(_ connections: [CarriedConnection]) {
    for connection in connections {
      guard let descriptor = connection.takeDescriptor() else { continue }
      let tunnel = connection.tunnel.flatMap { state in
        configuration.pushChannel?.resuming(state)
      }
      // Nobody goes on with it: what opened the tunnel opens another one.
      if connection.tunnel != nil, tunnel == nil {
        try? descriptor.close()
        continue
      }
      take(
        descriptor,
        (tunnel == nil ? [] : CarriedConnection.tunnelRequest) + connection.bytes,
        heldSince: connection.heldSince,
        origin: connection.origin,
        answer: connection.answer ?? tunnel,
        slot: connection.slot
      )
    }
  }

  /// Asks the gatekeeper again about every held request, the oldest of each event loop first.
  package func reconsiderHeld() {
    onEachLoop { loop in
      for connection in loop.held { connection.reconsider() }
    }
  }

  /// Closes everything and waits for the threads. Not to be called on an event loop, and once.
  package func shutDown() {
    let acceptors = state.withLock { state in
      defer { state.acceptors = [] }
      return state.acceptors
    }
    for (acceptor, _) in acceptors { acceptor.stop() }
    for (_, thread) in acceptors { thread.join() }
    onEachLoop { loop in
      for connection in loop.connections { connection.giveUp() }
    }
    let isDown = DispatchSemaphore(value: 0)
    // A queue of our own: the global ones may be full of the application's blocked work.
    group.shutdownGracefully(queue: DispatchQueue(label: "slipway.shutdown")) { _ in
      isDown.signal()
    }
    isDown.wait()
  }

  private func onEachLoop(_ action: @escaping @Sendable (LoopContext) -> Void) {
    for loop in loops {
      loop.eventLoop.execute { action(loop) }
    }
  }

  // MARK: Connections

  private func take(
    _ socket: SystemPackage.FileDescriptor,
    _ bytes: [UInt8] = [],
    heldSince: UInt64? = nil,
    isSurplus: Bool = false,
    origin: ConnectionOrigin = .peer,
    answer: (any Application)? = nil,
    slot: ConnectionSlot? = nil
  ) {
    open.wrappingAdd(1, ordering: .relaxed)
    if isSurplus { surplus.wrappingAdd(1, ordering: .relaxed) }
    let number = nextLoop.wrappingAdd(1, ordering: .relaxed).oldValue
    let loop = loops[Int(UInt(bitPattern: number) % UInt(loops.count))]
    loop.eventLoop.execute {
      let connection = ConnectionHandler(
        socket: socket,
        bytes: bytes,
        heldSince: heldSince.map(NIODeadline.uptimeNanoseconds),
        origin: origin,
        answer: answer,
        slot: slot,
        gateway: self,
        loop: loop
      )
      connection.isSurplus = isSurplus
      loop.add(connection)
      let bound = NIOLoopBound(connection, eventLoop: loop.eventLoop)
      ClientBootstrap(group: loop.eventLoop)
        .channelOption(.autoRead, value: false)
        // One read is looked at before the next: the bound on what a connection can make us hold.
        .channelOption(.maxMessagesPerRead, value: 1)
        // What comes in large pieces, such as an upload, is worth larger reads: each wakes who waits.
        .channelOption(
          .recvAllocator,
          value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2048, maximum: 256 * 1024)
        )
        .channelOption(.allowRemoteHalfClosure, value: true)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(bound.value)
          }
        }
        .withConnectedSocket(socket.rawValue)
        .whenFailure { _ in bound.value.openingFailed() }
    }
  }

  /// A connection was closed or carried away.
  func connectionLeft(_ loop: LoopContext, wasSurplus: Bool) {
    if wasSurplus { surplus.wrappingSubtract(1, ordering: .relaxed) }
    open.wrappingSubtract(1, ordering: .acquiringAndReleasing)
    if loop.isDraining { advanceDrain { _ in } }
  }

  /// Whether there may be one more connection.
  private var room: Acceptor.Room {
    let refused = surplus.load(ordering: .relaxed)
    if openConnections - refused < configuration.maximumConnections { return .free }
    return refused < configuration.surplusConnections ? .surplus : .none
  }

  /// What a connection too many gets for its request.
  var surplusAnswer: FixedAnswer {
    .page(.tooManyConnections(limit: configuration.maximumConnections))
  }

  func bodyLimit(of mount: Mount?) -> Int {
    mount?.policy?.rules.bodyLimit ?? configuration.bodyLimit
  }

  // MARK: Exchanges

  func nextExchangeID() -> UInt64 {
    nextID.wrappingAdd(1, ordering: .relaxed).oldValue
  }

  func exchangeBegins() -> UInt64 {
    running.wrappingAdd(1, ordering: .relaxed)
    return nextExchangeID()
  }

  func exchangeEnds(_ record: ExchangeRecord, _ loop: LoopContext) {
    running.wrappingSubtract(1, ordering: .acquiringAndReleasing)
    onExchangeEnd(record)
    if loop.isDraining { advanceDrain { _ in } }
  }

  /// A request was refused: it has become no exchange, but it belongs into the access log.
  func record(_ record: ExchangeRecord) {
    onExchangeEnd(record)
  }

  // MARK: Restart

  /// Stops taking requests and lets go of the connections: idle and held ones at once, running
  /// ones when their exchange ends. What still runs after `grace` is cut.
  ///
  /// Connections that arrive meanwhile wait in the listeners' backlogs. `completion` is called once,
  /// on an event loop; it must not block. To go on after all, `resume` with what it got. A drain
  /// while another one is under way takes that one over, grace period included: whoever asked for
  /// it before is not told of its end.
  package func drain(grace: Duration, completion: @escaping @Sendable (Drained) -> Void) {
    let begun: (number: Int, acceptors: [Acceptor])? = state.withLock { state in
      guard state.drain == nil else {
        state.drain?.completion = completion
        return nil
      }
      state.drainCount += 1
      state.drain = Drain(
        number: state.drainCount,
        machine: DrainMachine(loops: loops.count),
        completion: completion
      )
      return (state.drainCount, state.acceptors.map(\.acceptor))
    }
    guard let begun else { return }
    for acceptor in begun.acceptors { acceptor.pause() }
    onEachLoop { loop in
      loop.isDraining = true
      for connection in loop.connections { connection.freeze() }
      self.advanceDrain { $0.loopFroze() }
    }
    for loop in loops {
      loop.eventLoop.scheduleTask(in: TimeAmount(grace)) {
        guard loop.isDraining, self.isDraining(begun.number) else { return }
        let connections = loop.connections
        let cut = connections.count(where: \.isRunning)
        // Before they are cut: the last one to go completes the drain.
        self.advanceDrain { $0.graceEnded(cut: cut) }
        for connection in connections { connection.giveUp() }
      }
    }
  }

  /// Goes on after a drain that was not followed by a restart.
  package func resume(_ drained: Drained) {
    let acceptors = state.withLock { $0.acceptors.map(\.acceptor) }
    onEachLoop { $0.isDraining = false }
    for acceptor in acceptors { acceptor.resume() }
    adopt(drained.connections)
  }

  func carry(_ connection: CarriedConnection) {
    state.withLock { $0.drain?.machine.carried(connection) }
  }

  func connectionNotCarried(_ cause: Errno) {
    logger.warning(
      "A connection cannot be carried over the restart and is closed",
      metadata: ["code": "SW033", "reason": "\(cause)"]
    )
  }

  private func isDraining(_ number: Int) -> Bool {
    state.withLock { $0.drain?.number == number }
  }

  /// Tells the drain what has happened, and completes it if that was the last thing.
  private func advanceDrain(_ event: (inout DrainMachine) -> Void) {
    let completed: (Drained, @Sendable (Drained) -> Void)? = state.withLock { state in
      state.drain?.note(event)
      guard let drain = state.drain,
        let outcome = drain.machine.outcome(
          open: open.load(ordering: .acquiring),
          running: running.load(ordering: .acquiring)
        )
      else { return nil }
      state.drain = nil
      return (outcome, drain.completion)
    }
    if let (drained, completion) = completed { completion(drained) }
  }
}
