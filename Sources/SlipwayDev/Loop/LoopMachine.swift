package import SlipwayCore

/// The policy of the dev loop: what is built, loaded and restarted, and when the gate opens.
///
/// No clock and no I/O: events in, actions out. One build runs at a time. A library is loaded into
/// an image that has none of its unit; a newer one needs the next image, for Swift code cannot be
/// unloaded.
package struct LoopMachine: Sendable {
  /// What is known of one unit.
  package struct Unit: Sendable, Equatable {
    /// The newest change that the loop has heard of.
    package var epoch: Epoch = 0

    /// The sources are newer than the last build of them.
    package var isDirty = false

    /// The newest library that was built from good sources.
    package var library: String?

    /// The library loaded in this image, or being loaded. Never replaced by another one.
    package var loaded: String?

    /// The library is being loaded: its entry point has not returned.
    package var isLoading = false

    /// The loaded application takes exchanges.
    package var isServing = false

    /// Why the newest sources have no library, or it does not load.
    package var failure: ErrorPage?

    package var isRetryable = false

    /// Crashes of the library, as far as they count.
    package var crashes: CrashHistory?

    /// The library crashes: it is not loaded before something has changed, or the user has asked.
    package var isHeldBack = false

    package init(
      isDirty: Bool = false,
      library: String? = nil,
      failure: ErrorPage? = nil,
      isRetryable: Bool = false,
      crashes: CrashHistory? = nil,
      isHeldBack: Bool = false
    ) {
      self.crashes = crashes
      self.isHeldBack = isHeldBack
      self.isDirty = isDirty
      self.library = library
      self.failure = failure
      self.isRetryable = isRetryable
    }
  }

  private enum Phase: Equatable {
    case idle
    case building(BuildNumber, UnitID)
    /// Connections are being frozen; then the image is replaced.
    case draining
    case stopping
  }

  package private(set) var units: [Unit]

  private let keepsServing: Bool
  private var phase = Phase.idle
  /// What is built may be half of a save: it is not known yet whether more comes.
  private var isAhead = false
  private var buildCount = 0
  private var wantedRestart: RestartReason?
  private var published: ServerState?
  private var isAnnounced = false

  /// - Parameter keepsServing: whether the last good application goes on serving while the newest
  ///   sources do not build.
  package init(units: [Unit], keepsServing: Bool) {
    self.units = units
    self.keepsServing = keepsServing
  }

  /// The actions that the initial state asks for. Called once.
  package mutating func start() -> [LoopAction] {
    var actions: [LoopAction] = []
    for id in ids { actions += answerIfFailed(id) }
    return actions + proceed()
  }

  package mutating func handle(_ event: LoopEvent) -> [LoopAction] {
    guard phase != .stopping else { return [] }
    switch event {
    case .changed(let epochs):
      isAhead = false
      return changed(epochs)
    case .saved(let epochs):
      isAhead = true
      return changed(epochs)
    case .settled:
      isAhead = false
      return proceed()
    case .configurationChanged(let epochs):
      return configurationChanged(epochs)
    case .restartRequested:
      wantedRestart = .request
      for id in ids {
        units[id.index].isDirty = true
        units[id.index].crashes = nil
      }
      return ids.map { .close($0) } + proceed()
    case .built(let number, let verdict):
      return built(number, verdict)
    case .loaded(let id, let library, let failure):
      return loaded(id, library, failure)
    case .crashExplained(let id, let page):
      return crashExplained(id, page)
    case .loadTakesLong(let id, let library, let page):
      return loadTakesLong(id, library, page)
    case .retry(let id):
      return retry(id)
    case .drained:
      guard phase == .draining else { return [] }
      return [.execute]
    case .restartFailed(let page):
      return restartFailed(page)
    case .stopRequested:
      return stop()
    }
  }

  /// The units as the next generation would have to know them if this one ended now.
  package var unitsIfItCrashes: [Unit] {
    var units = units
    // A build that runs dies with the image.
    if case .building(_, let id) = phase { units[id.index].isDirty = true }
    return units
  }

  /// Whether nothing is being built or restarted.
  package var isSettled: Bool { phase == .idle && !isAhead }

  // MARK: Events

  private mutating func changed(_ epochs: [UnitID: Epoch]) -> [LoopAction] {
    var actions: [LoopAction] = []
    for (id, epoch) in epochs.sorted(by: { $0.key < $1.key }) {
      units[id.index].epoch = epoch
      units[id.index].isDirty = true
      units[id.index].crashes = nil
      if case .building(_, id) = phase { actions += cancelBuild() }
    }
    return actions + proceed()
  }

  private mutating func configurationChanged(_ epochs: [UnitID: Epoch]) -> [LoopAction] {
    wantedRestart = .configuration
    // What was decided before it was known opens the gate no more.
    for (id, epoch) in epochs { units[id.index].epoch = epoch }
    for id in ids where units[id.index].isHeldBack {
      units[id.index].isHeldBack = false
      units[id.index].crashes = nil
      units[id.index].failure = nil
    }
    return cancelBuild() + proceed()
  }

  /// Gives up the running build; its unit is as dirty as before.
  private mutating func cancelBuild() -> [LoopAction] {
    guard case .building(_, let id) = phase else { return [] }
    phase = .idle
    units[id.index].isDirty = true
    return [.cancelBuild(id)]
  }

  private mutating func built(_ number: BuildNumber, _ verdict: BuildVerdict) -> [LoopAction] {
    guard case .building(number, let id) = phase else { return [] }
    phase = .idle
    switch verdict {
    case .good(let library):
      let unit = units[id.index]
      if unit.loaded == library, !unit.isLoading, !unit.isServing {
        // The same library that did not start: it gets a fresh image to try again in.
        wantedRestart = .newCode
      }
      units[id.index].library = library
      // Unless it is built anew for a reason that is none to try it anew.
      if unit.crashes == nil { units[id.index].isHeldBack = false }
      units[id.index].failure = units[id.index].isHeldBack ? unit.failure : nil
      units[id.index].isRetryable = false
    case .bad(let page, let isRetryable):
      units[id.index].failure = page
      units[id.index].isRetryable = isRetryable
    }
    return proceed()
  }

  private mutating func loaded(
    _ id: UnitID,
    _ library: String,
    _ failure: ErrorPage?
  ) -> [LoopAction] {
    guard units[id.index].loaded == library else { return [] }
    units[id.index].isLoading = false
    if let failure {
      units[id.index].failure = failure
    } else {
      units[id.index].isServing = true
    }
    return proceed()
  }

  /// More is known of why the unit is held back.
  private mutating func crashExplained(_ id: UnitID, _ page: ErrorPage) -> [LoopAction] {
    guard units[id.index].isHeldBack, units[id.index].failure != nil else { return [] }
    units[id.index].failure = page
    return phase == .idle ? answerIfFailed(id) : []
  }

  /// Whoever is held would be so for ever: they are shown where the application hangs, until it has
  /// loaded after all.
  private func loadTakesLong(
    _ id: UnitID,
    _ library: String,
    _ page: ErrorPage
  ) -> [LoopAction] {
    let unit = units[id.index]
    guard unit.loaded == library, unit.isLoading else { return [] }
    return [.answer(id, unit.epoch, with: page, isRetryable: false)]
  }

  private mutating func retry(_ id: UnitID) -> [LoopAction] {
    guard units[id.index].failure != nil, units[id.index].isRetryable, phase == .idle else {
      return []
    }
    units[id.index].isDirty = true
    return [.close(id)] + proceed()
  }

  private mutating func restartFailed(_ page: ErrorPage) -> [LoopAction] {
    guard phase == .draining else { return [] }
    phase = .idle
    wantedRestart = nil
    // What is in memory is all there is. It serves on until the next change; what does not serve
    // would be held for ever, so the failure is shown instead.
    for id in ids {
      guard let loaded = units[id.index].loaded else { continue }
      units[id.index].library = loaded
      if !units[id.index].isServing, !units[id.index].isLoading, units[id.index].failure == nil {
        units[id.index].failure = page
        units[id.index].isRetryable = true
      }
    }
    return proceed()
  }

  private mutating func stop() -> [LoopAction] {
    let actions = cancelBuild()
    phase = .stopping
    return actions + [.stop]
  }

  // MARK: What follows

  /// Does what the state asks for next, until something has to be waited for.
  private mutating func proceed() -> [LoopAction] {
    guard phase == .idle else { return [] }
    // A new configuration may be what the build needs, so it comes first.
    if wantedRestart != .configuration, let id = ids.first(where: { units[$0.index].isDirty }) {
      units[id.index].isDirty = false
      buildCount += 1
      phase = .building(buildCount, id)
      return [.startBuild(buildCount, id)] + publish()
    }
    guard !isAhead else { return [] }
    if let reason = wantedRestart ?? (needsNewImage ? .newCode : nil) {
      wantedRestart = nil
      phase = .draining
      return ids.map { .close($0) } + [.drain(reason: reason)]
    }
    var actions: [LoopAction] = []
    for id in ids { actions += settle(id) }
    return actions + publish()
  }

  private var needsNewImage: Bool {
    units.contains { unit in
      isWanted(unit) && unit.loaded != nil && unit.library != unit.loaded
    }
  }

  /// Whether the unit's library is to serve: not if there is something to be shown instead.
  private func isWanted(_ unit: Unit) -> Bool {
    unit.library != nil && !unit.isHeldBack && (unit.failure == nil || keepsServing)
  }

  /// Loads the unit's library, or opens the gate on what there is.
  private mutating func settle(_ id: UnitID) -> [LoopAction] {
    let unit = units[id.index]
    guard isWanted(unit), let library = unit.library else { return answerIfFailed(id) }
    if unit.loaded == nil {
      units[id.index].loaded = library
      units[id.index].isLoading = true
      return [.load(id, library: library)]
    }
    return unit.isServing ? [.open(id, unit.epoch)] : answerIfFailed(id)
  }

  private func answerIfFailed(_ id: UnitID) -> [LoopAction] {
    let unit = units[id.index]
    guard let page = unit.failure else { return [] }
    return [.answer(id, unit.epoch, with: page, isRetryable: unit.isRetryable)]
  }

  private mutating func publish() -> [LoopAction] {
    var actions: [LoopAction] = []
    let state = self.state
    if state != published {
      published = state
      isAnnounced = false
      actions.append(.publish(state))
    }
    if !isAnnounced, state == .ready || state == .failed {
      isAnnounced = true
      actions.append(.announceReady(state))
    }
    return actions
  }

  /// What tools and pages are told. Nothing is announced while the image is about to be replaced.
  package var state: ServerState {
    if case .building = phase { return .building }
    if phase == .idle, isAhead { return .building }
    if phase == .draining || phase == .stopping { return .starting }
    if units.contains(where: { $0.failure != nil }) { return .failed }
    return units.allSatisfy(\.isServing) ? .ready : .starting
  }

  private var ids: [UnitID] { units.indices.map(UnitID.init) }
}
