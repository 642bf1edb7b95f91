import Glibc
import SlipwaySystem
import Synchronization
package import SystemPackage

/// The one socket for all debuggers: accepts, finds out from the first bytes who it is, and hands
/// the connection to a debugger server, by way of a relay.
///
/// It has a thread of its own. While a session lasts it leaves its listeners to the relay, because the
/// thread is stopped whenever the process is. Costs nothing while nobody connects.
package final class DebugSocket: Sendable {
  /// What the next generation needs to know. All descriptors are to survive.
  package struct Handoff: Codable, Sendable {
    package struct Session: Codable, Sendable {
      var client: DebugClient
      var relay: Int32
      var control: Int32
      var isAttached: Bool
    }

    package var listeners: [Int32]
    var session: Session?
    /// Connections that have not said who they are.
    var newcomers: [Int32]
    /// Whether a debugger is awaited still.
    package var isAwaiting: Bool

    /// Where there is no socket, and nobody is awaited any more.
    package static let nothing = Handoff(listeners: [], newcomers: [], isAwaiting: false)

    package var descriptors: [FileDescriptor] {
      (listeners + newcomers + [session?.control].compactMap { $0 })
        .map(FileDescriptor.init(rawValue:))
    }
  }

  package struct Surroundings: Sendable {
    package var listeners: [FileDescriptor]
    package var relay: RelayCommand
    /// How to serve a client. Called on the socket's thread.
    package var launch: @Sendable (DebugClient) throws -> ServerLaunch
    /// Where on 127.0.0.1 the adapter of the Python debugger is; nil if there is none. Called on the
    /// socket's thread.
    package var pythonPort: @Sendable () -> UInt16? = { nil }
    /// Called on the socket's thread, in order.
    package var onEvent: @Sendable (DebugEvent) -> Void

    package init(
      listeners: [FileDescriptor],
      relay: RelayCommand,
      launch: @escaping @Sendable (DebugClient) throws -> ServerLaunch,
      onEvent: @escaping @Sendable (DebugEvent) -> Void
    ) {
      self.listeners = listeners
      self.relay = relay
      self.launch = launch
      self.onEvent = onEvent
    }
  }

  /// How often it is looked for a debugger that is awaited: it may come by other ways than ours.
  private static let awaitingInterval = Duration.milliseconds(100)

  private enum Phase {
    case open
    /// The image is about to be replaced.
    case suspended
    case stopped
  }

  /// How to serve a client that has just come, or why that is not possible.
  private struct Preparation {
    var client: DebugClient
    var launch: Result<ServerLaunch, any Error>
  }

  /// How long nothing is said of other users' connections once something has been.
  private static let discretion = Duration.seconds(10)

  private struct State {
    var phase = Phase.open
    var doorstep = Doorstep()
    var session: DebugSession?
    var isAttached = false
    var isAwaiting: Bool
    /// When a tracer was first seen of whom it is not known yet whether he has let us run.
    var tracerSeen: ContinuousClock.Instant?
    var reports = LineSplitter()
    /// A client that could be served if it was known how.
    var expectant: DebugClient?
    /// For one turn.
    var preparation: Preparation?
    var toldOfStrangers: ContinuousClock.Instant?
  }

  private let surroundings: Surroundings
  private let wakeUp: WakeUp
  private let state: Mutex<State>

  /// - Parameter isAwaiting: whether `awaitedDebuggerCame` is to be told of; of no account where
  ///   something is inherited.
  package init(
    _ surroundings: Surroundings,
    inheriting inherited: Handoff?,
    isAwaiting: Bool = false
  ) throws {
    self.surroundings = surroundings
    wakeUp = try WakeUp()
    var initial = State(isAwaiting: inherited?.isAwaiting ?? isAwaiting)
    if let inherited = inherited?.session,
      let session = DebugSession(
        inherited: inherited.client,
        relay: inherited.relay,
        control: FileDescriptor(rawValue: inherited.control)
      )
    {
      initial.isAttached = inherited.isAttached
      initial.session = session
    }
    for number in inherited?.newcomers ?? [] {
      let connection = FileDescriptor(rawValue: number)
      connection.setClosedOnExec(true)
      initial.doorstep.admit(OwnedDescriptor(connection))
    }
    state = Mutex(initial)
  }

  package func start() throws(Errno) {
    try NamedThread.detach("slipway-debug") { [self] in
      while let polled = whatToPoll() {
        let ready = FileDescriptor.waitReadable(
          polled.descriptors,
          milliseconds: polled.rest.map(\.pollTimeout) ?? -1
        )
        wakeUp.silence()
        turn(sessionHasSpoken: polled.watchesSession && ready.count > 1 && ready[1])
      }
    }
  }

  /// For the handoff. From now on nothing happens here, until `resume`. Any thread.
  package func suspend() -> Handoff {
    state.withLock { state in
      state.phase = .suspended
      return handoff(of: state, newcomers: state.doorstep.connections)
    }
  }

  /// What a generation would need to know that begins without warning. Who has not said yet who it is
  /// does not come along. Any thread.
  package var handoff: Handoff { state.withLock { handoff(of: $0, newcomers: []) } }

  private func handoff(of state: State, newcomers: [FileDescriptor]) -> Handoff {
    Handoff(
      listeners: surroundings.listeners.map(\.rawValue),
      session: state.session.map {
        Handoff.Session(
          client: $0.client,
          relay: $0.relay.pid,
          control: $0.control.rawValue,
          isAttached: state.isAttached
        )
      },
      newcomers: newcomers.map(\.rawValue),
      isAwaiting: state.isAwaiting
    )
  }

  /// The image could not be replaced. Any thread.
  package func resume() {
    state.withLock { if $0.phase == .suspended { $0.phase = .open } }
    wakeUp.ring()
  }

  /// Ends the thread; debuggers see the end of the process. Any thread.
  package func stop() {
    state.withLock { state in
      state.phase = .stopped
      state.doorstep.clear()
    }
    wakeUp.ring()
  }

  /// Ends what an earlier generation has handed on, where it is not wanted any more. Blocks while a
  /// session ends: until its debugger has let this process go, or for two seconds.
  ///
  /// - Returns: the client that was attached.
  package static func end(_ handoff: Handoff) -> DebugClient? {
    for number in handoff.listeners + handoff.newcomers {
      try? FileDescriptor(rawValue: number).close()
    }
    guard let inherited = handoff.session,
      let session = DebugSession(
        inherited: inherited.client,
        relay: inherited.relay,
        control: FileDescriptor(rawValue: inherited.control)
      )
    else { return nil }
    session.end()
    return inherited.isAttached ? session.client : nil
  }

  // MARK: One turn

  private struct Polled {
    var descriptors: [FileDescriptor]
    /// The second descriptor is the session's.
    var watchesSession: Bool
    var rest: Duration?
  }

  /// nil when the thread is to end.
  private func whatToPoll() -> Polled? {
    state.withLock { state in
      switch state.phase {
      case .stopped:
        return nil
      case .suspended:
        return Polled(descriptors: [wakeUp.descriptor], watchesSession: false)
      case .open:
        let session = state.session?.control
        let doors =
          session.map { [$0] } ?? (state.doorstep.isShut ? [] : surroundings.listeners)
        let rests = [state.doorstep.rest, state.isAwaiting ? Self.awaitingInterval : nil]
        return Polled(
          descriptors: [wakeUp.descriptor] + doors + state.doorstep.silent,
          watchesSession: session != nil,
          rest: rests.compactMap { $0 }.min()
        )
      }
    }
  }

  private func turn(sessionHasSpoken: Bool) {
    // Under the lock: a suspension hands over what there is, and nothing changes behind it.
    let (events, expectant) = state.withLock { state -> ([DebugEvent], DebugClient?) in
      guard state.phase == .open else { return ([], nil) }
      var events: [DebugEvent] = []
      if sessionHasSpoken { events += hearSession(&state) }
      if state.session == nil { events += openDoor(&state) }
      state.expectant = nil
      for (connection, who) in state.doorstep.sort() {
        events += receive(who, over: connection.take(), &state)
      }
      state.preparation = nil
      return (events + lookForAwaited(&state), state.expectant)
    }
    for event in events { surroundings.onEvent(event) }
    guard let expectant else { return }
    // Not under the lock: programs are started to find out, and no restart is to wait for that.
    let launch = Result { try surroundings.launch(expectant) }
    state.withLock { $0.preparation = Preparation(client: expectant, launch: launch) }
  }

  private func openDoor(_ state: inout State) -> [DebugEvent] {
    var strangers = 0
    state.doorstep.admitAll(from: surroundings.listeners) { connection in
      let isAdmitted = PeerRule.admits(connection)
      if !isAdmitted { strangers += 1 }
      return isAdmitted
    }
    let isKnown = state.toldOfStrangers.map { $0 + Self.discretion > .now } ?? false
    guard strangers > 0, !isKnown else { return [] }
    state.toldOfStrangers = .now
    return [.problem(DebugError.stranger)]
  }

  private func lookForAwaited(_ state: inout State) -> [DebugEvent] {
    guard state.isAwaiting, Tracing.tracer != nil else {
      state.tracerSeen = nil
      return []
    }
    // A debugger takes one thread after another: when this one still runs some time after the first
    // was taken, the debugger has let us go on.
    let seen = state.tracerSeen ?? .now
    state.tracerSeen = seen
    guard seen + Self.awaitingInterval <= .now else { return [] }
    state.isAwaiting = false
    return [.awaitedDebuggerCame, .sessionsChanged]
  }

  private func hearSession(_ state: inout State) -> [DebugEvent] {
    guard let session = state.session else { return [] }
    guard let reports = session.read(into: &state.reports) else {
      let wasAttached = state.isAttached
      state.session = nil
      state.isAttached = false
      state.reports = LineSplitter()
      session.collect()
      // A gdbserver whose relay was killed looks for its client when something stops the process.
      if case .gdb = session.client, Tracing.tracer != nil { kill(getpid(), SIGCONT) }
      return [.sessionsChanged] + (wasAttached ? [.detached(session.client)] : [])
    }
    return reports.flatMap { report -> [DebugEvent] in
      switch report {
      case .attached:
        state.isAttached = true
        return [.attached(session.client), .sessionsChanged]
      case .stoppedAtRestart: return [.problem(DebugError.stoppedAtRestart)]
      case .refused(let client): return [.problem(DebugError.refused(client))]
      case .killRefused: return [.problem(DebugError.killRefused)]
      case .failed(let words):
        if let obstacle = Tracing.obstacle {
          return [.problem(DebugError.tracingForbidden(obstacle, words: words))]
        }
        return [.problem(DebugError.serverFailed(session.client.name, words: words))]
      }
    }
  }

  private func receive(
    _ who: DebugClient.Recognition,
    over connection: consuming OwnedDescriptor,
    _ state: inout State
  ) -> [DebugEvent] {
    guard case .client(let client) = who else {
      Refusal.notADebugger.send(over: connection)
      return []
    }
    if let session = state.session {
      Refusal.occupied(by: session.client).send(over: connection)
      return [.problem(DebugError.refused(client.name))]
    }
    do {
      if case .dap(let adapterID) = client, ["python", "debugpy"].contains(adapterID) {
        guard let port = surroundings.pythonPort() else { throw DebugError.noPython }
        do {
          try PythonBridge.start(try connection.descriptor.duplicated(), port: port)
        } catch {
          throw DebugError.noPython
        }
        return []
      }
      switch Tracing.obstacle {
      case .onlyWithCapability?, .neverAgain?:
        throw DebugError.tracingForbidden(Tracing.obstacle ?? .onlyWithCapability)
      case .perhapsFiltered?, nil:
        break
      }
      guard let preparation = state.preparation, preparation.client == client else {
        state.doorstep.readmit(connection)
        state.expectant = client
        return []
      }
      let launch = try preparation.launch.get()
      state.session = try DebugSession(
        client,
        // Copied into the relay: ours is closed below.
        over: try connection.descriptor.duplicated(),
        launch: launch,
        program: surroundings.relay,
        listeners: surroundings.listeners,
        process: getpid()
      )
      return [.sessionsChanged]
    } catch {
      Refusal.failed(error).send(over: connection)
      return [.problem(error)]
    }
  }
}
