import Logging
import SlipwayCore
import SlipwaySystem
import SlipwayWSGI
import Synchronization
import SystemPackage

// Before a crash, and after one.
extension Generation {
  static func standby(_ foundations: Foundations) -> Standby? {
    guard let area = foundations.crashArea else { return nil }
    do throws(SystemError) {
      return try Standby(area: area)
    } catch {
      foundations.events.post(.problem(CrashError.noGuard(error)))
      return nil
    }
  }

  // MARK: Before

  /// From now on a crash is a restart. To be called on the main thread.
  func armGuard(_ loop: DevLoop) {
    guard let standby, let area = foundations.crashArea else { return }
    prepareForCrash(loop)
    var variables = standby.variables
    variables[OutputStreams.variable] = foundations.output?.streams.numbers
    do throws(SystemError) {
      try CrashGuard.arm(
        CrashGuard.Setting(
          area: area,
          variables: variables,
          terminal: foundations.output?.streams.error.terminal ?? .standardError
        )
      )
    } catch {
      foundations.events.post(.problem(CrashError.noGuard(error)))
    }
    foundations.front?.onChange { [self] in prepareForCrash(loop) }
    debugging.onChange { [self] in prepareForCrash(loop) }
    foundations.console.onChange { [self] in prepareForCrash(loop) }
  }

  /// Has the standby say what is so now. Any thread.
  func prepareForCrash(_ loop: DevLoop) {
    do {
      try standby?
        .write {
          let (units, isSettled) = loop.unitsIfItCrashes()
          let next = nextGeneration(
            newConfiguration.value,
            front: foundations.front?.handoff,
            debugging: debugging.handoff,
            orderedAt: MonotonicClock.nanoseconds,
            for: .crash
          )
          return Standby.Moment(next: next, units: units, isSettled: isSettled)
        }
    } catch {
      foundations.logger.warning(
        "What a crash would have to leave cannot be written down",
        metadata: ["reason": "\(error)"]
      )
    }
  }

  /// Where an application is that does not finish loading, for those who wait for it.
  func pageOfSlowLoad(of id: UnitID) -> ErrorPage {
    let limit = foundations.configuration.loadTimeout
    let stack = plan.wsgi[plan.units[id.index]]
      .map { WSGIApplication.importStack(of: $0, within: .milliseconds(500)) }
    if let stack, !stack.isEmpty {
      return ErrorPage(loadingFor: limit, import: stack).linked(by: foundations.editor)
    }
    let threads = CrashGuard.sampleThreads(within: .milliseconds(500))
    let symbolizer = Symbolizer(environment: foundations.sources.environment)
    return ErrorPage(
      loadingFor: limit,
      named(threads, MappedModule.current, symbolizer)
    )
    .linked(by: foundations.editor)
  }

  // MARK: The moment

  /// A thread has crashed. On the main thread, which becomes the next generation; if this gets stuck,
  /// because what has crashed held a lock, the thread that crashed does so in its place.
  func restartAfterCrash() -> Never {
    gateway.standStill(within: .milliseconds(50))
    foundations.events.flush(within: .milliseconds(50))
    CrashGuard.execute()
  }

  // MARK: After

  /// Finds out what there is to know of a crash, on a thread of its own, tells everybody, and calls
  /// `completion` there.
  func explain(
    _ crash: Crash,
    of state: HandoffState,
    for pending: PendingReport,
    completion: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    for session in crash.sessions { HelperProcess.endSession(ledBy: session) }
    var report = CrashReport(crash)
    let verdicts = CrashVerdicts(crash, of: state, plan)
    report.heldBack = verdicts.reason
    do throws(Errno) {
      try NamedThread.detach("slipway-crash") { [self, plain = report] in
        finish(plain, crash, verdicts, pending)
        foundations.events.flush(within: .milliseconds(200))
        completion()
      }
    } catch {
      throw .call("pthread_create", failedWith: error)
    }
  }

  private func finish(
    _ plain: CrashReport,
    _ crash: Crash,
    _ verdicts: CrashVerdicts,
    _ pending: PendingReport
  ) {
    var report = plain
    let symbolizer = Symbolizer(environment: foundations.sources.environment)
    report.backtraces = named(crash.threads, crash.modules, symbolizer)
    if !symbolizer.missing.isEmpty {
      let tools = symbolizer.missing.joined(separator: " and ")
      report.hint = "Functions and lines have no names: \(tools) is not in PATH."
    }
    report.excerpt =
      report.backtraces.first?.culprit?.excerpt
      ?? report.place.flatMap {
        SourceLines.excerpt(of: $0.file, around: $0.line, column: $0.column)
      }
    let editor = foundations.editor
    pending.make(report, linkedBy: editor)
    for (index, unit) in plan.units.enumerated() where verdicts.units[unit]?.page != nil {
      inbox.send(.crashExplained(UnitID(index), ErrorPage(heldBack: report).linked(by: editor)))
    }
    do {
      let record = try CrashStore(state: foundations.directory.path).store(report)
      foundations.events.post(.crashed(report, record: record))
    } catch {
      foundations.events.post(.crashed(report, record: nil))
      foundations.events.post(.problem(CrashError.notRecorded(error)))
    }
  }

  /// Backtraces with names, and the sources of the application's frames. Blocks.
  func named(
    _ threads: [CrashRecord],
    _ modules: [MappedModule],
    _ symbolizer: Symbolizer
  ) -> [Backtrace] {
    let libraries = foundations.directory.path + "/generations/"
    let packages = plan.units.map { $0.package + "/" }
    var backtraces = symbolizer.backtraces(of: threads, modules: modules) { module, file in
      guard module.hasPrefix(libraries), let file else { return false }
      return packages.contains { file.hasPrefix($0) } && !file.contains("/.build/checkouts/")
    }
    for index in backtraces.indices { backtraces[index].quoteSources() }
    return backtraces
  }
}
