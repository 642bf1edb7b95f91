import SlipwayCore
import SlipwaySystem
import Synchronization
import SystemPackage

/// Carries out what the `LoopMachine` decides, on one thread of its own.
///
/// Everything that happens comes in through the inbox and is dealt with in that order.
final class DevLoop: Sendable {
  /// What the loop acts on. All of it may be called from any thread.
  struct Surroundings: Sendable {
    var generation: Int
    var units: [MountPlan.Unit]
    /// What is mounted at each prefix; nil where files are.
    var mounts: [String: UnitID?]
    var grace: Duration
    var gate: Gate
    var gateway: Gateway
    var builds: BuildRunner
    var loader: Loader
    var events: EventStream
    var clock: SaveClock
    var inbox: Inbox<LoopEvent>
    /// What stands for the newest sources of a Python application, which nobody builds, in place of the
    /// path of a library; nil for all others.
    var pythonToken: @Sendable (MountPlan.Unit) -> String?
    /// Called on the builder's thread, before the loop hears of the build, with the time at which
    /// it was ordered: nanoseconds since the epoch.
    var onBuilt: @Sendable (MountPlan.Unit, Int64) -> Void
    /// Called on a thread of its own when the application has not loaded in time: where it is.
    var onSlowLoad: @Sendable (UnitID) -> ErrorPage
    /// How long that is.
    var loadTimeout: Duration
  }

  /// What the loop leaves to others. Called on the loop's thread.
  struct Delegate: Sendable {
    var publish: @Sendable (ServerState) -> Void
    var announceReady: @Sendable (ServerState) -> Void
    /// Becomes the next generation.
    var replaceImage: @Sendable (DevLoop, RestartReason) -> Void
    /// What open pages are to know, told before anybody is answered accordingly.
    var look: @Sendable (LiveState.Outlook) -> Void
    /// Everything that had come in has been dealt with.
    var settled: @Sendable (DevLoop) -> Void
    /// Ends the process.
    var stop: @Sendable (DevLoop) -> Void
  }

  private struct State {
    var machine: LoopMachine
    /// Has come in, and is dealt with next, the first one last.
    var events: [LoopEvent] = []
    var applications: [UnitID: any HostedApplication] = [:]
    /// The applications that have been told that they end.
    var ended: Set<UnitID> = []
    var drained: Drained?
    var reason = RestartReason.newCode
    var orderedAt: UInt64 = 0
  }

  private let surroundings: Surroundings
  private let delegate: Delegate
  private let state: Mutex<State>

  init(machine: LoopMachine, surroundings: Surroundings, delegate: Delegate) {
    state = Mutex(State(machine: machine))
    self.surroundings = surroundings
    self.delegate = delegate
  }

  /// Starts the thread, which lives until the image ends.
  func start() throws(Errno) {
    try NamedThread.detach("slipway-loop") { [self] in
      advance { $0.start() }
      while true {
        delegate.settled(self)
        // The gate may have moved: whoever is held asks again.
        surroundings.gateway.reconsiderHeld()
        hear(surroundings.inbox.receive())
      }
    }
  }

  /// What is known of each unit, with everything that has been sent to the inbox taken into
  /// account. Called on the loop's thread, while it drains.
  func unitsAtTheEnd() -> [LoopMachine.Unit] {
    // Some may have come together with the one that this is the end of.
    hear(surroundings.inbox.poll())
    return state.withLock(\.machine.units)
  }

  /// What the next generation would have to know if this one crashed, and whether nothing is under
  /// way that will soon change it. Any thread.
  func unitsIfItCrashes() -> (units: [LoopMachine.Unit], isSettled: Bool) {
    state.withLock { ($0.machine.unitsIfItCrashes, $0.machine.isSettled) }
  }

  /// When the last restart was ordered, in nanoseconds of the monotonic clock.
  var orderedAt: UInt64 { state.withLock(\.orderedAt) }

  /// The connections of the last drain; they are the caller's from now on.
  func takeDrained() -> Drained? {
    state.withLock { state in
      defer { state.drained = nil }
      return state.drained
    }
  }

  /// Tells every application that it ends, and waits for all of them, up to the grace period. Each
  /// is told once, even if the process goes on because it could not be replaced.
  func shutDownApplications() {
    let applications = state.withLock { state in
      defer { state.ended.formUnion(state.applications.keys) }
      return state.applications.filter { !state.ended.contains($0.key) }
    }
    let ended = Inbox<Void>()
    for application in applications.values {
      application.shutdown(within: surroundings.grace) { [events = surroundings.events] left in
        for thread in left {
          let message =
            "The thread \(thread) has not ended within the grace period: it is left behind"
          events.post(.applicationLog(level: .warning, label: "wsgi", message: message))
        }
        ended.send(())
      }
    }
    let deadline = ContinuousClock.now + surroundings.grace
    var remaining = applications.count
    while remaining > 0, ContinuousClock.now < deadline {
      remaining -= ended.receive(within: deadline - ContinuousClock.now).count
    }
  }

  /// Deals with everything that has come in, and these after it.
  private func hear(_ events: [LoopEvent]) {
    state.withLock { $0.events.insert(contentsOf: events.reversed(), at: 0) }
    while let event = state.withLock({ $0.events.popLast() }) {
      advance { $0.handle(event) }
    }
  }

  private func advance(_ step: (inout LoopMachine) -> [LoopAction]) {
    let (actions, outlook) = state.withLock { state in
      (step(&state.machine), LiveState.Outlook(of: state.machine, mountedAs: surroundings.mounts))
    }
    delegate.look(outlook)
    perform(actions)
  }

  private func perform(_ actions: [LoopAction]) {
    for action in actions { perform(action) }
  }

  private func perform(_ action: LoopAction) {
    let gate = surroundings.gate
    switch action {
    case .startBuild(let number, let id):
      let unit = surroundings.units[id.index]
      if let token = surroundings.pythonToken(unit) {
        return surroundings.inbox.send(.built(number, .good(library: token)))
      }
      let loaded = state.withLock { $0.machine.units[id.index].loaded }
      let began = WallClock.nanoseconds
      surroundings.builds.start(unit, loaded: loaded) { [surroundings] verdict in
        surroundings.onBuilt(unit, began)
        surroundings.inbox.send(.built(number, verdict))
      }
    case .cancelBuild(let id):
      surroundings.builds.cancel()
      surroundings.events.post(.buildCancelled(package: surroundings.units[id.index].package))
    case .load(let id, let library):
      load(library, of: id)
    case .open(let id, let epoch):
      guard let application = state.withLock({ $0.applications[id] }) else { return }
      gate.open(id, for: epoch, to: application)
    case .answer(let id, let epoch, let page, let isRetryable):
      gate.answer(id, for: epoch, with: page, isRetryable: isRetryable)
    case .close(let id):
      gate.close(id)
    case .drain(let reason):
      drain(for: reason)
    case .execute:
      delegate.replaceImage(self, state.withLock(\.reason))
    case .publish(let state):
      delegate.publish(state)
    case .announceReady(let state):
      delegate.announceReady(state)
      surroundings.builds.prepare(
        surroundings.units.filter { surroundings.loader.python.options(of: $0) == nil }
      )
    case .stop:
      delegate.stop(self)
    }
  }

  private func load(_ library: String, of id: UnitID) {
    let unit = surroundings.units[id.index]
    let isLoaded = Inbox<Void>()
    surroundings.clock.mark(\.loadBegan)
    watchLoading(library, of: id, until: isLoaded)
    surroundings.loader.load(library, of: unit, id) { [self] result in
      isLoaded.send(())
      switch result {
      case .success(let application):
        state.withLock { $0.applications[id] = application }
        surroundings.inbox.send(.loaded(id, library: library, failure: nil))
      case .failure(let error):
        let page = surroundings.loader.page(for: error, of: unit)
        surroundings.events.post(.loadFailed(page: page))
        surroundings.inbox.send(.loaded(id, library: library, failure: page))
      }
    }
  }

  /// Tells the loop if the loading takes too long. If no thread can be had, nobody looks. Under a
  /// debugger it may take any time, for the clock goes on while the process is stopped.
  private func watchLoading(_ library: String, of id: UnitID, until isLoaded: Inbox<Void>) {
    try? NamedThread.detach("slipway-patience") { [surroundings] in
      repeat {
        guard isLoaded.receive(within: surroundings.loadTimeout).isEmpty else { return }
      } while Tracing.tracer != nil
      let page = surroundings.onSlowLoad(id)
      surroundings.events.post(.loadFailed(page: page))
      surroundings.inbox.send(.loadTakesLong(id, library: library, page))
    }
  }

  private func drain(for reason: RestartReason) {
    state.withLock { state in
      state.reason = reason
      state.orderedAt = MonotonicClock.nanoseconds
    }
    surroundings.clock.mark(\.restartOrdered)
    surroundings.events.post(
      .restarting(generation: surroundings.generation + 1, reason: reason.rawValue)
    )
    surroundings.gateway.drain(grace: surroundings.grace) { [self] drained in
      if drained.cut > 0 { surroundings.events.post(.cut(exchanges: drained.cut)) }
      surroundings.clock.mark(\.drained)
      state.withLock { $0.drained = drained }
      surroundings.inbox.send(.drained)
    }
  }
}
