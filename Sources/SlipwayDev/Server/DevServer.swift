import Glibc
import Logging
import SlipwaySystem
import SlipwayWatch
import SystemPackage

/// The server as a whole: the first generation and, in the same process, every one after it.
package struct DevServer {
  private let sources: ConfigurationSources

  package init(sources: ConfigurationSources) {
    self.sources = sources
  }

  /// Whether a generation before this one has left something for `run`.
  package static var isNextGeneration: Bool {
    unsafe getenv(HandoffRecord.variable) != nil
  }

  /// Serves until the user or a signal ends it. Returns the exit code.
  ///
  /// To be called on the main thread, before there is another one: it is parked here, for only it
  /// may become the next generation.
  /// - Throws: what keeps the server from starting, to be shown to the user.
  package func run() throws -> Int32 {
    StandardDescriptors.open()
    DescriptorLimit.raise()
    let streams = ApplicationOutput.inherited()
    let inherited = Result { try Inheritance.take() }
    FreedMemory.keep()
    ProcessEnvironment.keep()
    var inheritance = try? inherited.get()
    if let streams { inheritance?.crash?.addLastWords(in: streams) }
    // Whatever an unreadable record was to hand over must not stay open, or the port would be taken
    // by this very process.
    if case .failure = inherited {
      ProcessImage.closeInheritedDescriptors(keeping: streams?.descriptors ?? [])
      // Nor by the process that spoke HTTPS, which ends now that nobody speaks to it.
      HelperProcess.collectAll(within: .seconds(2))
    }
    Terminal.adopt(saved: inheritance?.state.terminal)
    let pipe = try SignalPipe()
    let configuration: DevConfiguration
    do {
      configuration = try inheritance?.state.configuration ?? sources.resolve()
    } catch {
      // Whoever shows it does so on descriptor 2.
      streams?.restore()
      throw error
    }
    let prepared = ApplicationOutput.prepare(configuration, inherited: streams)
    let live = LiveReload(
      inheriting: inheritance?.state.live,
      isNewCode: inheritance != nil && inheritance?.crash == nil
    )
    let events = EventStream(
      presenting: configuration,
      environment: sources.environment,
      on: prepared.standardError,
      and: [live]
    )
    defer {
      prepared.output?.end()
      events.flush(within: .seconds(1))
    }
    if case .failure(let error) = inherited { events.post(.problem(error)) }
    if let problem = prepared.problem { events.post(.problem(problem)) }
    let foundations = try foundations(
      configuration,
      inheritance,
      MainThread(pipe: pipe),
      events,
      live,
      prepared
    )
    _ = prepared.output?.start(events)
    defer { CrashGuard.letEnd() }
    return try serve(foundations, after: inheritance)
  }

  /// Prints what would be watched and why.
  /// - Throws: what keeps the server from starting, to be shown to the user.
  package func listWatched() throws {
    let configuration = try sources.resolve()
    let plan = MountPlan(configuration)
    let places = WatchedPlaces(plan, PathDependencies(of: plan.units), configuration)
    let watcher = FileWatcher(
      WatchConfiguration(roots: places.roots, ignore: configuration.unwatched),
      previous: nil,
      logger: Logger(label: "slipway"),
      report: { _ in }
    )
    try watcher.start()
    for (path, reason) in watcher.watched.sorted(by: { $0.path < $1.path }) {
      print("\(path)\t\(reason)")
    }
    watcher.stop()
  }

  private func foundations(
    _ configuration: DevConfiguration,
    _ inheritance: Inheritance?,
    _ mainThread: MainThread,
    _ events: EventStream,
    _ live: LiveReload,
    _ prepared: ApplicationOutput.Preparation
  ) throws -> Generation.Foundations {
    let directory = try StateDirectory(in: configuration.directory)
    let number = inheritance?.state.generation ?? 1
    let lock =
      if let inheritance {
        DirectoryLock(inheriting: FileDescriptor(rawValue: inheritance.state.lock))
      } else {
        try DirectoryLock(path: directory.lockFile)
      }
    let listeners = try Listeners(
      configuration.listen,
      inherited: inheritance?.state.listeners ?? [],
      usesTLS: configuration.usesTLS
    )
    let front = try front(
      configuration,
      listeners,
      inheritance?.state.front,
      isStart: inheritance == nil,
      events
    )
    events.post(
      .listening(urls: listeners.urls, generation: number, inherited: inheritance != nil)
    )
    for problem in listeners.problems { events.post(.problem(problem)) }
    if inheritance == nil, let shortage = configuration.limits.shortage(of: .current) {
      events.post(.problem(shortage))
    }
    for warning in exposure(of: listeners, configuration, isStart: inheritance == nil) {
      events.post(.problem(warning))
    }
    return Generation.Foundations(
      number: number,
      configuration: configuration,
      sources: sources,
      directory: directory,
      lock: lock.release(),
      listeners: listeners,
      front: front,
      events: events,
      live: live,
      console: ConsoleGuard(inheriting: inheritance?.state.console),
      logger: Logger(label: "slipway") {
        EventLogHandler(label: $0, events: events, verbosity: configuration.verbosity)
      },
      mainThread: mainThread,
      announcement: Announcement(
        isMade: inheritance?.state.isAnnounced ?? false,
        on: prepared.standardOutput
      ),
      output: prepared.output,
      crashArea: crashArea(number, prepared.output, events),
      endsOnHangup: inheritance?.state.endsOnHangup ?? ControllingTerminal.exists,
      debuggerFiles: DebuggerFiles(
        configuration,
        in: directory,
        isConfigurationNew: inheritance.map { $0.state.reason == .configuration } ?? true,
        environment: sources.environment,
        events
      )
    )
  }

  /// Room for what a crash of this generation would leave; without it, a crash is the end.
  private func crashArea(
    _ generation: Int,
    _ output: ApplicationOutput?,
    _ events: EventStream
  ) -> CrashArea? {
    do throws(SystemError) {
      let area = try CrashArea(generation: generation)
      output?.remember(in: area)
      return area
    } catch {
      events.post(.problem(CrashError.noGuard(error)))
      return nil
    }
  }

  /// What is open to others, once: at the start or, of a new address, at the restart that opened it.
  private func exposure(
    of listeners: Listeners,
    _ configuration: DevConfiguration,
    isStart: Bool
  ) -> [EnvironmentError] {
    var warnings: [EnvironmentError] = []
    if !listeners.newlyReachable.isEmpty {
      warnings.append(
        .reachable(listeners.newlyReachable.map(\.place), mounts: configuration.mounts)
      )
    }
    if isStart, configuration.answersEveryHost { warnings.append(.everyHost()) }
    return warnings
  }

  /// The process that speaks HTTPS, if it is wanted.
  private func front(
    _ configuration: DevConfiguration,
    _ listeners: Listeners,
    _ inherited: Front.Handoff?,
    isStart: Bool,
    _ events: EventStream
  ) throws -> Front? {
    guard let setting = FrontSetting(configuration, listeners) else {
      if let inherited { Front.end(inherited) }
      return nil
    }
    return try Front(setting, inheriting: inherited, isStart: isStart, events: events)
  }

  private func serve(
    _ foundations: Generation.Foundations,
    after inheritance: Inheritance?
  ) throws -> Int32 {
    let generation = Generation(foundations, after: inheritance)
    try generation.start(after: inheritance)
    // Over a restart the terminal stays as it is: keys that are pressed meanwhile are read then.
    KeyReader(onKey: generation.press).start()
    return foundations.mainThread.park(onCrash: generation.restartAfterCrash) { signal in
      // Without a terminal nothing has been hung up: that is how daemons are told to open their
      // logs anew.
      if signal == SIGHUP, !foundations.endsOnHangup {
        return foundations.events.reopenLogs()
      }
      // The first asks for an orderly end, the second does not wait for it.
      guard !generation.stop(because: signal == SIGINT ? "Ctrl-C" : "signal \(signal)") else {
        return
      }
      generation.abandon()
      Terminal.restore()
      _exit(128 + signal)
    }
  }
}
