import FoundationEssentials
package import Logging
import SlipwaySystem
import Synchronization

/// Builds a dynamic library product as fast as compiler and linker allow.
///
/// Where only known sources have changed since SwiftPM last built, its commands are replayed: those
/// compilers that are needed and the linker, with the results kept out of SwiftPM's way. Everything
/// else, and every doubt, is a `swift build`. What comes out is the same, byte for byte.
///
/// Builds of one request are made one after the other, by whoever calls.
package final class ProductBuild: Sendable {
  private let toolchain: Toolchain
  private let swift: SwiftBuild
  private let logger: Logger
  private let memory = Mutex<[BuildRequest: Memory]>([:])

  private struct Memory {
    var plan: ReplayPlan
    var state: ReplayState
    /// By the names of modules.
    var graphs: [String: ModuleGraph] = [:]
    /// Of sources, as they were when they were compiled last.
    var texts: [String: [UInt8]] = [:]
  }

  /// Bytes of graphs and sources that are read beforehand: a build waits until they have been, some 30 ms.
  private static let readingLimit = 1_000_000

  package init(toolchain: Toolchain = Toolchain(), logger: Logger) {
    self.toolchain = toolchain
    self.logger = logger
    swift = SwiftBuild(toolchain: toolchain, logger: logger)
  }

  /// Builds once, as `SwiftBuild.build` does.
  ///
  /// - Parameter changed: files that have changed since the last good build, absolute paths. A file
  ///   that is not among them may be noticed all the same.
  package func build(
    _ request: BuildRequest,
    changed: some Collection<String>,
    progress: @escaping @Sendable (BuildProgress) -> Void
  ) async throws(CancellationError) -> BuildOutcome {
    let outcome = try await compileAndLink(request, changed, progress)
    guard case .failed(var failure) = outcome else { return outcome }
    if let retold = await LinkRetelling(toolchain: toolchain, request: request).retelling(failure) {
      failure = retold
    }
    if failure.reason == .diagnostics {
      failure = await FailureExplainer(toolchain: toolchain, request: request).explaining(failure)
    }
    guard !Task.isCancelled else { throw CancellationError() }
    return .failed(failure)
  }

  private func compileAndLink(
    _ request: BuildRequest,
    _ changed: some Collection<String>,
    _ progress: @escaping @Sendable (BuildProgress) -> Void
  ) async throws(CancellationError) -> BuildOutcome {
    do throws(Doubt) {
      return try await replay(request, changed, progress)
    } catch {
      guard !Task.isCancelled else { throw CancellationError() }
      if let signal = error.signal {
        return .failed(BuildFailure(reason: .terminated(signal: signal), product: request.product))
      }
      logger.debug("Building with SwiftPM", metadata: ["reason": "\(error.reason)"])
    }
    abandon(request)
    StaleObjects.remove(of: changed, for: request)
    let began = WallClock.nanoseconds
    let outcome = try await swift.build(request, progress: progress)
    if case .succeeded = outcome { noteBaseline(request, began) }
    return outcome
  }

  /// Makes the plan of a replay, if SwiftPM has built since there was one; otherwise reads it, and
  /// removes what replays have left. To be called while there is nothing else to do; cancelling the
  /// task ends it.
  package func prepare(_ request: BuildRequest) async {
    do throws(Doubt) {
      if let known = remembered(request) {
        ReplayDirectory(for: request).prune(known.state)
      } else {
        try await makePlan(request)
      }
      try readSources(request)
    } catch {
      logger.debug("Nothing to replay", metadata: ["reason": "\(error.reason)"])
    }
  }

  private func readSources(_ request: BuildRequest) throws(Doubt) {
    guard let known = remembered(request) else { return }
    var room = Self.readingLimit
    for module in known.plan.modules where !Task.isCancelled {
      let units = known.state.units
      room -= ModuleGraph.size(of: module, units)
      guard room >= 0 else { return }
      let graph = try ModuleGraph(of: module, units)
      memory.withLock { $0[request]?.graphs[module.name] = graph }
      for source in module.sources {
        guard let text = FileManager.default.contents(atPath: source.path), text.count <= room,
          FileStamp(path: source.path) == units[source.path]?.source
        else { continue }
        room -= text.count
        memory.withLock { $0[request]?.texts[source.path] = Array(text) }
      }
    }
  }

  // MARK: Replaying

  private func replay(
    _ request: BuildRequest,
    _ changed: some Collection<String>,
    _ progress: @escaping @Sendable (BuildProgress) -> Void
  ) async throws(Doubt) -> BuildOutcome {
    guard let lock = AdvisoryLock.take("\(request.scratchDirectory)/.lock") else {
      throw Doubt("somebody else builds")
    }
    let result: Result<BuildOutcome, Doubt>
    do throws(Doubt) {
      result = .success(try await replayAlone(request, changed, progress))
    } catch {
      result = .failure(error)
    }
    lock.letGo()
    return try result.get()
  }

  private func replayAlone(
    _ request: BuildRequest,
    _ changed: some Collection<String>,
    _ progress: @escaping @Sendable (BuildProgress) -> Void
  ) async throws(Doubt) -> BuildOutcome {
    let start = ContinuousClock.now
    guard let known = remembered(request) else { throw Doubt("there is no plan") }
    let directory = ReplayDirectory(for: request)
    let replay = Replay(
      plan: known.plan,
      toolchain: toolchain,
      directory: directory,
      progress: progress,
      graphs: known.graphs,
      texts: known.texts
    )
    let work = try replay.survey(known.state, notified: changed)
    var state = known.state
    if work.changed.isEmpty, let library = state.library, FileStamp(path: library) != nil {
      let success = BuildSuccess(libraryPath: library, diagnostics: [], took: .now - start)
      return .succeeded(success)
    }
    let planning = ContinuousClock.now - start
    var report = try await replay.run(work, &state)
    report.stages.planning = planning
    remember(report.renewedPlan ?? known.plan, state, for: request)
    try directory.store(state)
    let outcome = try judge(report, state, request, took: .now - start)
      .withFixIts { _ in report.serialized }
    // After a good build somebody waits; what it has replaced is removed by `prepare`.
    if report.failed { directory.prune(state) }
    return outcome
  }

  private func judge(
    _ report: Replay.Report,
    _ state: ReplayState,
    _ request: BuildRequest,
    took: Duration
  ) throws(Doubt) -> BuildOutcome {
    let output = BuildOutput()
    for line in report.lines { _ = output.consume(line) }
    let (findings, tail) = output.finish(failed: report.failed)
    guard report.failed else {
      guard let library = state.library else { throw Doubt("there is no library") }
      var success = BuildSuccess(
        libraryPath: library,
        diagnostics: findings.diagnostics,
        took: took
      )
      success.stages = report.stages
      return .succeeded(success)
    }
    guard findings.isExplained, !findings.isDiskFull else {
      throw Doubt("no reason was understood")
    }
    var failure = BuildFailure(
      reason: .diagnostics,
      product: request.product,
      diagnostics: findings.diagnostics,
      output: tail,
      took: took
    )
    failure.isReplay = true
    return .failed(failure)
  }

  // MARK: Plans

  private func identity(_ request: BuildRequest) -> ReplayPlan.Identity {
    ReplayPlan.Identity(
      toolchain: toolchain.identity,
      environment: toolchain.environmentHash,
      request: request
    )
  }

  /// What is in memory, or on disk from an earlier generation.
  private func remembered(_ request: BuildRequest) -> Memory? {
    if let known = memory.withLock({ $0[request] }) { return known }
    let directory = ReplayDirectory(for: request)
    guard let plan = directory.plan(), plan.identity == identity(request),
      let state = directory.state()
    else { return nil }
    remember(plan, state, for: request)
    return Memory(plan: plan, state: state)
  }

  private func remember(_ plan: ReplayPlan, _ state: ReplayState, for request: BuildRequest) {
    memory.withLock { memory in
      let graphs = memory[request]?.graphs ?? [:]
      memory[request] = Memory(plan: plan, state: state, graphs: graphs)
    }
  }

  /// Leaves the ground to SwiftPM: it finds no object of a source that has been compiled since.
  private func abandon(_ request: BuildRequest) {
    let directory = ReplayDirectory(for: request)
    if let known = memory.withLock({ $0.removeValue(forKey: request) })
      ?? directory.plan()
      .flatMap({ plan in
        directory.state().map { Memory(plan: plan, state: $0) }
      })
    {
      known.plan.removeReplaced(known.state)
    }
    directory.remove()
  }

  private func noteBaseline(_ request: BuildRequest, _ began: Int64) {
    guard let library = ProductLocator.library(of: request).flatMap(FileStamp.init(path:)),
      let plan = FileStamp(path: ReplayPlanner.manifestPath(request))
    else { return }
    let baseline = Baseline(
      identity: identity(request),
      began: began,
      plan: plan,
      library: library
    )
    do throws(Doubt) {
      try ReplayDirectory(for: request).store(baseline)
    } catch {
      logger.debug("No plan can be made", metadata: ["reason": "\(error.reason)"])
    }
  }

  private func makePlan(_ request: BuildRequest) async throws(Doubt) {
    let start = ContinuousClock.now
    let directory = ReplayDirectory(for: request)
    guard let baseline = directory.baseline(), baseline.identity == identity(request) else {
      throw Doubt("SwiftPM has not built with this toolchain, environment and request")
    }
    let plan = try await ReplayPlanner(
      toolchain: toolchain,
      request: request,
      identity: baseline.identity
    )
    .plan()
    guard FileStamp(path: ReplayPlanner.manifestPath(request)) == baseline.plan,
      ProductLocator.library(of: request).flatMap(FileStamp.init(path:)) == baseline.library
    else { throw Doubt("SwiftPM has built meanwhile") }
    let state = ReplayState(plan, since: baseline)
    try directory.store(state)
    try directory.store(plan)
    remember(plan, state, for: request)
    logger.debug(
      "Planned",
      metadata: ["product": "\(request.product)", "took": "\(ContinuousClock.now - start)"]
    )
  }
}

extension ReplayPlan {
  /// Removes from SwiftPM's places the objects of sources that have been compiled by replays, of
  /// which there are some only if a replay was cut short.
  fileprivate func removeReplaced(_ state: ReplayState) {
    let sources = modules.flatMap { $0.sources.map { ($0.path, $0.object) } }
    for (source, object) in sources + foreignSources.map({ ($0.path, $0.object) })
    where state.units[source]?.object != object {
      try? FileManager.default.removeItem(atPath: object)
    }
  }
}

extension ReplayState {
  /// The state after a build by SwiftPM. A source that may have changed since that began is compiled
  /// by the first replay.
  fileprivate init(_ plan: ReplayPlan, since baseline: Baseline) {
    units = [:]
    func add(_ source: String, _ object: String, _ dependencies: String) {
      let isOld = FileStamp.statusChanged(source).map { $0 < baseline.began - 50_000_000 } ?? false
      units[source] = Unit(
        source: isOld ? FileStamp(path: source) : nil,
        object: object,
        stamp: FileStamp(path: object),
        dependencies: dependencies
      )
    }
    for source in plan.modules.flatMap(\.sources) {
      add(source.path, source.object, source.dependencies)
    }
    for source in plan.foreignSources { add(source.path, source.object, "") }
    // There is nothing to be linked before a source has changed.
    if units.values.allSatisfy({ $0.source != nil }) { library = plan.link.library }
  }
}
