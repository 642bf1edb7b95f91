import Logging
import SlipwayCore
import SlipwaySystem
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
    var logger: Logger
    var mainThread: MainThread
    var announcement: Announcement
    /// nil if what the application prints is left alone.
    var output: ApplicationOutput?
    var endsOnHangup: Bool
  }

  let foundations: Foundations
  let plan: MountPlan
  let inbox = Inbox<LoopEvent>()
  let gate: Gate
  let gateway: Gateway
  let builds: BuildRunner
  let changed: ChangedFiles
  let dependencies: PathDependencies
  let newConfiguration: NewConfiguration
  let clock: SaveClock

  /// nil if nothing is watched.
  let watch: SourceWatch?

  init(_ foundations: Foundations, after inheritance: Inheritance?) {
    let configuration = foundations.configuration
    let plan = MountPlan(configuration)
    let inbox = self.inbox
    let events = foundations.events
    let dependencies = PathDependencies(of: plan.units)
    let changed = inheritance?.changedFiles ?? ChangedFiles()
    let watch =
      configuration.isWatching
      ? SourceWatch(ignored: configuration.unwatched, logger: foundations.logger) : nil

    let clock = SaveClock(inheritance?.state.timeline ?? SaveTimeline())
    if inheritance != nil { clock.mark(\.executed) }

    self.clock = clock
    self.foundations = foundations
    self.plan = plan
    self.watch = watch
    self.dependencies = dependencies
    self.changed = changed
    gate = Gate(
      unitCount: plan.units.count,
      units: plan.unitOfMount,
      files: Self.filesApplications(of: plan),
      isUncertain: { watch?.isUncertain ?? false },
      onRetry: { inbox.send(.retry($0)) }
    )
    gateway = Gateway(
      configuration: Self.gatewayConfiguration(foundations),
      mounts: MountTable(plan.mounts),
      gatekeeper: gate,
      logger: foundations.logger,
      onExchangeEnd: { events.post(.exchange($0)) }
    )
    builds = BuildRunner(
      BuildRunner.Setting(
        directory: foundations.directory,
        generation: foundations.number,
        events: events,
        logger: foundations.logger,
        clock: clock,
        build: configuration.build ?? BuildSettings(),
        editor: EditorLink(
          environment: foundations.sources.environment,
          directory: configuration.directory
        ),
        slot: { plan.units.firstIndex(of: $0) ?? 0 },
        fingerprint: { watch?.fingerprint(of: dependencies.sources(of: $0)) }
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
    try gateway.serve(foundations.listeners.plain)
    if let front = foundations.front { try gateway.serve([front.backend], origin: .announced) }
    gateway.adopt(inheritance?.connections ?? [])
    watchSources(since: inheritance?.tree)
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
    foundations.configuration.limits.apply(to: &configuration)
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
      grace: foundations.configuration.grace,
      gate: gate,
      gateway: gateway,
      builds: builds,
      loader: Loader(generation: foundations.number, events: foundations.events),
      events: foundations.events,
      clock: clock,
      inbox: inbox,
      onBuilt: { [self] in watchNewDependencies(of: $0, builtSince: $1) }
    )
  }

  /// What the previous generation knew of each unit; everything is to be built if there was none,
  /// or if it served other units.
  private func units(from inheritance: Inheritance?) -> [LoopMachine.Unit] {
    plan.units.map { unit in
      let known = inheritance?.state.units
        .first {
          $0.package == unit.package && $0.product == unit.product
        }
      guard let known else { return LoopMachine.Unit(isDirty: true) }
      return LoopMachine.Unit(
        // Without a tree to compare with, nobody knows what has changed meanwhile.
        isDirty: known.isDirty || (inheritance?.tree == nil && watch != nil),
        library: known.library,
        failure: known.failure,
        isRetryable: known.isRetryable
      )
    }
  }
}
