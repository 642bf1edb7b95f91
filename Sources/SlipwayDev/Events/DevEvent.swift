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

  /// This generation answers with the newest code. `restart` is the time from the order to restart
  /// to now, nil for a generation that did not begin with one.
  case ready(generation: Int, restart: Duration?, carried: Int)

  /// The process is about to become the next generation.
  case restarting(generation: Int, reason: String)

  /// Exchanges still running when the grace period ended, and cut.
  case cut(exchanges: Int)

  /// One exchange has ended.
  case exchange(ExchangeRecord)

  /// A line that the application wrote to its log.
  case applicationLog(level: LogLevel, label: String, message: String)

  /// A configuration file that cannot be used; the previous configuration stays in force.
  case configurationRejected(message: String)

  /// Something the user should know and can mend; the server lives on.
  case problem(code: String, message: String, remedy: String?)

  /// The process is about to end.
  case stopping(reason: String)

  package enum LogLevel: String, Sendable {
    case trace, debug, info, notice, warning, error, critical
  }
}
