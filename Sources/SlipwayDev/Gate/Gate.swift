package import SlipwayCore
import SlipwaySystem
import Synchronization

/// Holds exchanges while the code on disk is newer than the code in memory.
///
/// Asked on event loops for each exchange; told by the dev loop what is loaded, and by the watcher
/// what changed.
package final class Gate: Gatekeeper {
  /// What happens to the exchanges of one unit.
  fileprivate enum Position {
    case closed
    case open(any Application)
    indirect case answering(ErrorPage, isRetryable: Bool)
  }

  fileprivate struct State {
    var positions: [Position]
    var epochs: [Epoch]
    /// When each unit's failure was last known, or last begun to be tried again.
    var failed: [ContinuousClock.Instant?]
    /// What is answered in place of any application while a debugger is awaited.
    var awaiting: ErrorPage?
  }

  /// What is behind a mount.
  private enum Place {
    case unit(UnitID)
    case files(any Application)
  }

  /// How old a failure is before it is tried again. Whoever was held for it has had it shown by then:
  /// nobody waits for one attempt after another.
  private static let retryInterval = Duration.seconds(1)

  private let state: Mutex<State>
  private let places: [Place?]
  private let isUncertain: @Sendable () -> Bool
  private let onRetry: @Sendable (UnitID) -> Void
  private let now: @Sendable () -> ContinuousClock.Instant

  /// A gate that is closed for every unit.
  /// - Parameters:
  ///   - units: the unit behind each native mount. The mounts' indices differ.
  ///   - files: what serves the other mounts. They are never held: a file is read when asked for.
  ///   - isUncertain: whether a change may have been made that `close(_:)` has not been called for.
  ///     Called on event loops.
  ///   - onRetry: called on event loops when somebody asks for a unit whose failure may have mended
  ///     itself.
  ///   - now: the time, for failures that grow old.
  package init(
    unitCount: Int,
    units: [Mount: UnitID],
    files: [Mount: any Application],
    isUncertain: @escaping @Sendable () -> Bool,
    onRetry: @escaping @Sendable (UnitID) -> Void,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    state = Mutex(
      State(
        positions: Array(repeating: .closed, count: unitCount),
        epochs: Array(repeating: 0, count: unitCount),
        failed: Array(repeating: nil, count: unitCount)
      )
    )
    places = Self.places(units.mapValues(Place.unit), files.mapValues(Place.files))
    self.isUncertain = isUncertain
    self.onRetry = onRetry
    self.now = now
  }

  package func admit(to mount: Mount, isCertain: inout Bool) -> Admission {
    guard places.indices.contains(mount.index), let place = places[mount.index] else {
      return .hold
    }
    let unit: UnitID
    switch place {
    case .files(let application): return .dispatch(application)
    case .unit(let behind): unit = behind
    }
    // The order matters: whoever finds certainty here also finds, below, that the gate was closed
    // by what had been uncertain.
    if !isCertain {
      if isUncertain() { return .hold }
      isCertain = true
    }
    let (admission, retries) = state.withLock {
      $0.admit(unit, at: now, every: Self.retryInterval)
    }
    if retries { onRetry(unit) }
    return admission
  }

  /// Holds the exchanges of units that have changed. Returns the epoch of each.
  package func close(changed: some Sequence<UnitID>) -> [UnitID: Epoch] {
    state.withLock { state in
      var epochs: [UnitID: Epoch] = [:]
      for unit in changed {
        state.epochs[unit.index] += 1
        state.positions[unit.index] = .closed
        epochs[unit] = state.epochs[unit.index]
      }
      return epochs
    }
  }

  /// Holds the exchanges of a unit.
  package func close(_ unit: UnitID) {
    state.withLock { $0.positions[unit.index] = .closed }
  }

  /// Lets the exchanges of a unit pass, unless it has changed since the epoch.
  package func open(_ unit: UnitID, for epoch: Epoch, to application: any Application) {
    set(unit, epoch, .open(application))
  }

  /// Answers the exchanges of a unit with a page, unless it has changed since the epoch.
  package func answer(_ unit: UnitID, for epoch: Epoch, with page: ErrorPage, isRetryable: Bool) {
    set(unit, epoch, .answering(page, isRetryable: isRetryable))
  }

  /// No application gets an exchange before `debuggerCame`: they are answered with a page that says
  /// so. `address` is that of the debug socket, if there is one.
  package func awaitDebugger(at address: String?) {
    state.withLock { $0.awaiting = .awaitingDebugger(at: address) }
  }

  /// A debugger has attached, and has let the process run.
  package func debuggerCame() {
    state.withLock { $0.awaiting = nil }
  }

  private static func places(_ some: [Mount: Place], _ others: [Mount: Place]) -> [Place?] {
    let last = (some.keys.map(\.index) + others.keys.map(\.index)).max() ?? -1
    var places = [Place?](repeating: nil, count: last + 1)
    for (mount, place) in some { places[mount.index] = place }
    for (mount, place) in others { places[mount.index] = place }
    return places
  }

  private func set(_ unit: UnitID, _ epoch: Epoch, _ position: Position) {
    state.withLock { state in
      guard state.epochs[unit.index] == epoch else { return }
      state.positions[unit.index] = position
      if case .answering = position { state.failed[unit.index] = now() }
    }
  }
}

extension Gate.State {
  /// What to do, and whether the failure is to be tried again. The exchange that causes a retry is
  /// held, and gets its outcome.
  fileprivate mutating func admit(
    _ unit: UnitID,
    at now: () -> ContinuousClock.Instant,
    every interval: Duration
  ) -> (Admission, Bool) {
    switch positions[unit.index] {
    case .closed:
      return (.hold, false)
    case .open(let application):
      return (awaiting.map(Admission.answer) ?? .dispatch(application), false)
    case .answering(let page, let isRetryable):
      guard isRetryable else { return (.answer(page), false) }
      let now = now()
      if failed[unit.index].map({ now - $0 >= interval }) ?? true {
        failed[unit.index] = now
        return (.hold, true)
      }
      return (.answer(page), false)
    }
  }
}
