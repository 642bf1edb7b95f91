package import SlipwayBuild
package import SlipwayCore

/// Everything that happens and that somebody may want to know: one stream feeds the terminal, the
/// JSON log, `.slipway/server.json` and the tests.
package enum DevEvent: Sendable {
  /// The process serves at these addresses. `inherited` after a restart.
  case listening(urls: [String], generation: Int, inherited: Bool)

  /// Directories are watched from now on.
  case watching(directories: Int, files: Int, took: Duration)

  /// Files changed; paths relative to the served directory where they are below it.
  case changed(paths: [String], total: Int)

  /// A rebuild of a package has begun.
  case buildStarted(package: String, product: String)

  /// `swift build` says how far it is.
  case buildProgress(step: Int, of: Int, message: String)

  /// A newer change has made the running build pointless.
  case buildCancelled(package: String)

  case buildSucceeded(package: String, product: String, took: Duration, warnings: [Diagnostic])

  case buildFailed(package: String, product: String, took: Duration, page: ErrorPage)

  /// The library could not be loaded, or the application refused to start.
  case loadFailed(page: ErrorPage)

  /// The application has ended the previous generation. `record` is the file that says more.
  case crashed(CrashReport, record: String?)

  /// This generation answers with the newest code. `restart` is the time from the order to restart
  /// to now, nil for a generation that did not begin with one.
  case ready(generation: Int, restart: Duration?, carried: Int)

  /// Where the time from a save to this generation went.
  case timed(SaveTimeline)

  /// The process is about to become the next generation.
  case restarting(generation: Int, reason: String)

  /// Exchanges still running when the grace period ended, and cut.
  case cut(exchanges: Int)

  /// One exchange has ended.
  case exchange(ExchangeRecord)

  /// A line that the application wrote to its log.
  case applicationLog(level: LogLevel, label: String, message: String)

  /// A line of the server's own log.
  case serverLog(ServerLog)

  /// Lines that the application has printed, without their ends. `source` is the mount, or several
  /// products of which it may be any.
  case applicationOutput(stream: OutputStream, source: String, lines: [String])

  /// A configuration file that cannot be used; the previous configuration stays in force.
  case configurationRejected(message: String)

  /// Something the user should know and can mend; the server lives on.
  case problem(code: String, message: String, remedy: String?)

  /// Something about debuggers.
  case debugging(Debugging)
  /// The command that attaches a debugger to this server, as it is typed in a shell.
  case attachCommand(String)

  /// What opens the consoles in tracebacks: for the user's eyes.
  case consolePIN(String)

  /// The process is about to end.
  case stopping(reason: String)

  package enum Debugging: Sendable, Equatable {
    /// Debuggers are awaited at this address.
    case listening(String)
    /// One of this name has the process, and lets it run.
    case attached(String)
    case detached(String)
    /// Nothing is dispatched before a debugger comes. `address` is nil if there is no debug socket.
    case awaiting(address: String?)
    /// It has come.
    case awaitedCame
  }

  package enum LogLevel: String, Sendable {
    case trace, debug, info, notice, warning, error, critical
  }

  /// Descriptors 1 and 2, as the JSON log calls them.
  package enum OutputStream: String, Sendable, CaseIterable {
    case standardOutput = "stdout"
    case standardError = "stderr"
  }

  /// What the server says about itself, with what it is about.
  package struct ServerLog: Sendable, Equatable {
    package var level: LogLevel
    package var label: String
    /// The message and all facts.
    package var message: String
    package var code: String?
    package var request: String?
    package var mount: String?

    package init(
      level: LogLevel,
      label: String,
      message: String,
      code: String? = nil,
      request: String? = nil,
      mount: String? = nil
    ) {
      self.level = level
      self.label = label
      self.message = message
      self.code = code
      self.request = request
      self.mount = mount
    }

    var text: String { "\(label): \(message)" }
  }
}
