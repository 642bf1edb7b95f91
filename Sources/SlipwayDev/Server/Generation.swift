import Logging
import SlipwayCore
import SlipwaySystem
import Synchronization
import SystemPackage

/// One life of the process image: loads applications, serves, ends in `execve` or with the process.
///
/// Put together here; what it does with each kind of event is in the extensions.
final class Generation: Sendable {
  /// What there is before anything is served.
  struct Foundations: Sendable {
    var number: Int
    var configuration: DevConfiguration
    var sources: ConfigurationSources
    var directory: StateDirectory
    var lock: FileDescriptor
    var listeners: Listeners
    /// nil without HTTPS.
    var front: Front?
    var events: EventStream
    var live: LiveReload
    var console: ConsoleGuard
    var logger: Logger
    var mainThread: MainThread
    var announcement: Announcement
    /// nil if what the application prints is left alone.
    var output: ApplicationOutput?
    /// nil if a crash cannot be survived.
    var crashArea: CrashArea?
    var endsOnHangup: Bool
    /// The environment that programs are looked for in.
    var environment: [String: String] { sources.environment }
    /// What links to sources.
    var editor: EditorLink? {
      EditorLink(environment: environment, directory: configuration.directory)
    }
    var debuggerFiles: DebuggerFiles
  }

  let foundations: Foundations
  let plan: MountPlan
  let inbox = Inbox<LoopEvent>()
  let gate: Gate
  let gateway: Gateway
  let builds: BuildRunner
  let changed: ChangedFiles
  let dependencies: PathDependencies
  let modules: PythonModules
  let newConfiguration: NewConfiguration
  let buildPaths: BuildPaths
  let clock: SaveClock

  /// The units that are being built of a save of which more may come.
  let begun = Mutex<Set<UnitID>>([])

  /// nil if nothing is watched.
  let watch: SourceWatch?

  let debugging: Debugging

  /// nil if a crash cannot be survived.
  let standby: Standby?

  let pythonAhead: PythonAhead?

  init(_ foundations: Foundations, after inheritance: Inheritance?) {
    let configuration = foundations.configuration
    let plan = MountPlan(configuration)
    pythonAhead = PythonAhead(plan, foundations, after: inheritance)
    let inbox = self.inbox
    let events = foundations.events
    let dependencies = PathDependencies(of: plan.units)
    let changed = inheritance?.changedFiles ?? ChangedFiles()
    let watch =
      configuration.isWatching
      ? SourceWatch(ignored: configuration.unwatched, logger: foundations.logger) : nil

    let buildPaths = BuildPaths(configuration.searchPaths)

    let clock = SaveClock(inheritance?.state.timeline ?? SaveTimeline())
    if inheritance != nil { clock.mark(\.executed) }

    self.clock = clock
    self.foundations = foundations
    standby = Self.standby(foundations)
    self.plan = plan
    self.buildPaths = buildPaths
    self.watch = watch
    self.dependencies = dependencies
    modules = PythonModules(plan) { foundations.directory.file("modules", for: $0) }
    self.changed = changed
    gate = Gate(
      unitCount: plan.units.count,
      units: plan.unitOfMount,
      files: Self.filesApplications(of: plan),
      isUncertain: { watch?.isUncertain ?? false },
      onRetry: { inbox.send(.retry($0)) }
    )
    let gate = gate
    let gateway = Gateway(
      configuration: Self.gatewayConfiguration(foundations),
      mounts: MountTable(plan.mounts),
      internalPages: InternalPages(
        foundations.debuggerFiles.pages.merging(foundations.live.pages) { first, _ in first }
          .merging(foundations.consolePages) { first, _ in first }
      ),
      gatekeeper: gate,
      logger: foundations.logger,
      connections: foundations.crashArea.map(ConnectionTable.init),
      onExchangeEnd: { [isSilent = configuration.accessLog?.isOff ?? false] record in
        guard !isSilent else { return }
        // Nobody has asked for these but our own script.
        guard !record.target.hasPrefix("/_slipway/live") || record.status ?? 0 >= 400 else {
          return
        }
        events.post(.exchange(record))
      }
    )
    self.gateway = gateway
    debugging = Debugging(
      configuration,
      isServerReachable: foundations.listeners.isReachableFromOutside,
      inheriting: inheritance?.state.debugging,
      directory: foundations.directory,
      environment: foundations.environment,
      events: events,
      onAwaitedDebugger: {
        gate.debuggerCame()
        gateway.reconsiderHeld()
      }
    )
    if debugging.isAwaiting { gate.awaitDebugger(at: debugging.place) }
    builds = BuildRunner(
      BuildRunner.Setting(
        directory: foundations.directory,
        generation: foundations.number,
        events: events,
        logger: foundations.logger,
        clock: clock,
        build: configuration.build ?? BuildSettings(),
        editor: foundations.editor,
        extraArguments: buildPaths.arguments,
        advise: foundations.advise,
        slot: { plan.units.firstIndex(of: $0) ?? 0 },
        fingerprint: { unit in
          watch?.fingerprint(of: dependencies.sources(of: unit)).map { $0 ^ buildPaths.stamp }
        }
      ),
      changed: changed
    )
    newConfiguration = NewConfiguration(
      current: configuration,
      sources: foundations.sources,
      events: events
    )
  }

  /// Serves, from the start or from where the previous generation left off. Returns at once; the
  /// generation goes on on threads of its own.
  func start(after inheritance: Inheritance?) throws {
    foundations.tellOfConsoles()
    try gateway.serve(foundations.listeners.plain)
    if let front = foundations.front { try gateway.serve([front.backend], origin: .announced) }
    gateway.adopt(inheritance?.connections ?? [])
    watchSources(after: inheritance)
    let machine = LoopMachine(
      units: units(from: inheritance),
      keepsServing: foundations.configuration.onBuildFailure == .previous
    )
    builds.prune(keeping: machine.units.compactMap(\.library))
    let loop = DevLoop(
      machine: machine,
      surroundings: surroundings,
      delegate: delegate(after: inheritance)
    )
    armGuard(loop)
    pythonAhead?.goOn()
    guard let inheritance, let crash = inheritance.crash else { return try start(loop) }
    // First what has happened, for the next crash may be only a moment away; then the application.
    try explain(crash, of: inheritance.state, for: inheritance.report) { [self] in
      do throws(SystemError) {
        try start(loop)
      } catch {
        foundations.events.post(.problem(error))
      }
    }
  }

  private func start(_ loop: DevLoop) throws(SystemError) {
    do throws(Errno) {
      try loop.start()
    } catch {
      throw SystemError.call("pthread_create", failedWith: error)
    }
  }

  private static func gatewayConfiguration(_ foundations: Foundations) -> Gateway.Configuration {
    var configuration = Gateway.Configuration()
    configuration.generation = foundations.number
    configuration.sendsGeneration = foundations.configuration.sendsGeneration
    configuration.allowedHosts = AllowedHosts(foundations.configuration.answeredHosts)
    configuration.holdTimeout = foundations.configuration.holdTimeout
    configuration.situation = { [live = foundations.live.state] in live.situation }
    foundations.configuration.limits.apply(to: &configuration)
    configuration.liveScript = { [live = foundations.live.state] in live.scriptSource }
    configuration.pushChannel = foundations.live.channel
    configuration.onFailureBehindPage = { [live = foundations.live] page, referrer in
      live.failed(page, askedForBy: referrer)
    }
    configuration.capture = foundations.configuration.accessLogFormat?.capture
    return configuration
  }

  private static func filesApplications(of plan: MountPlan) -> [Mount: any Application] {
    var applications: [Mount: any Application] = [:]
    for (mount, directory) in plan.directoryOfMount {
      applications[mount] = FilesApplication(
        directory: directory,
        options: plan.filesOptionsOfMount[mount] ?? FilesOptions()
      )
    }
    return applications
  }

  private var surroundings: DevLoop.Surroundings {
    DevLoop.Surroundings(
      generation: foundations.number,
      units: plan.units,
      mounts: Dictionary(
        plan.mounts.map { ($0.prefix, plan.unitOfMount[$0]) },
        uniquingKeysWith: { first, _ in first }
      ),
      grace: foundations.configuration.grace,
      gate: gate,
      gateway: gateway,
      builds: builds,
      loader: Loader(
        generation: foundations.number,
        events: foundations.events,
        area: foundations.crashArea,
        python: pythonLoader,
        advise: foundations.advise
      ),
      events: foundations.events,
      clock: clock,
      inbox: inbox,
      pythonToken: { [self] in pythonToken(of: $0) },
      onBuilt: { [self] in watchNewDependencies(of: $0, builtSince: $1) },
      onSlowLoad: { [self] in pageOfSlowLoad(of: $0) },
      loadTimeout: foundations.configuration.loadTimeout
    )
  }

  /// What the previous generation knew of each unit; everything is to be built if there was none,
  /// or if it served other units.
  private func units(from inheritance: Inheritance?) -> [LoopMachine.Unit] {
    let verdicts = inheritance.flatMap { inheritance in
      inheritance.crash.map { CrashVerdicts($0, of: inheritance.state, plan) }
    }
    return plan.units.map { unit in
      let known = inheritance?.state.units
        .first {
          $0.package == unit.package && $0.product == unit.product
        }
      guard let known else { return LoopMachine.Unit(isDirty: true) }
      let crashed = verdicts?.units[unit]
      return LoopMachine.Unit(
        // Without a tree to compare with, nobody knows what has changed meanwhile.
        isDirty: known.isDirty || (inheritance?.tree == nil && watch != nil),
        library: known.library,
        failure: crashed?.page ?? known.failure,
        isRetryable: crashed?.page == nil && known.isRetryable,
        crashes: crashed?.history ?? known.crashes,
        isHeldBack: crashed?.page != nil || known.isHeldBack ?? false
      )
    }
  }
}
