import SlipwayCore
import SlipwayDebug
import SlipwaySystem

extension Generation {
  /// What the next generation is told of the units: with other search paths, or other things in them,
  /// all are to be built anew, and a Python application that is to be run in another way is another one.
  func unitsToInherit(_ units: [LoopMachine.Unit]) -> [LoopMachine.Unit] {
    let isBuiltAnew = BuildPaths(newConfiguration.value.searchPaths) != buildPaths
    let wsgi = MountPlan(newConfiguration.value).wsgi
    return zip(plan.units, units)
      .map { planned, unit in
        guard isBuiltAnew || wsgi[planned] != plan.wsgi[planned] else { return unit }
        var unit = unit
        unit.isDirty = true
        // What did not build with the old ones may do so now: nobody is to be told of it any more.
        unit.failure = nil
        return unit
      }
  }
}

extension Generation {
  /// Shows the command of `slipway attach --print`. Looks for debuggers, which blocks.
  func showAttachCommand() {
    do {
      let server = try RunningServer(serving: foundations.configuration.directory)
      let tools = DebuggerTools(
        environment: foundations.sources.environment,
        settings: foundations.configuration.debuggerEnvironment
      )
      let plan = try AttachPlan(.best, server: server, tools: tools)
      if let reservation = plan.reservation { foundations.events.post(.problem(reservation)) }
      foundations.events.post(.attachCommand(plan.command.shellText))
    } catch {
      foundations.events.post(.problem(error))
    }
  }
}

extension Generation.Foundations {
  /// Says on the page of a failure what is nearby.
  var advise: @Sendable (ErrorPage, MountPlan.Unit) -> ErrorPage {
    { [configuration, home = sources.home] page, unit in
      let search = NearbySearch(
        package: unit.package,
        paths: configuration.searchPaths,
        home: home
      )
      return page.proposing(from: search, fileIn: configuration.directory)
    }
  }
}

extension DebuggerFiles {
  /// The files of a configuration, written. What is wrong with search paths is told, at the start and
  /// whenever they have changed. Blocks.
  init(
    _ configuration: DevConfiguration,
    in directory: StateDirectory,
    isConfigurationNew: Bool,
    environment: [String: String],
    _ events: EventStream
  ) {
    self.init(configuration.searchPaths.debuggerSettings)
    do throws(SystemError) {
      guard try write(in: directory.path) || isConfigurationNew else { return }
    } catch {
      events.post(.problem(error))
    }
    for error in SearchPathCheck(configuration, environment: environment).run() {
      events.post(.problem(error))
    }
  }

  /// By the names that they have below `/_slipway/`.
  var pages: [String: any Application] {
    ["lldbinit": TextPage(lldb), "gdbinit": TextPage(gdb)]
  }
}
