import ArgumentParser
import SlipwayDev
import SlipwaySystem

/// `slipway dev`: serve, watch, rebuild, restart.
struct DevCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dev",
    abstract: "Serve a directory, and answer with the new code after every save.",
    discussion: """
      A directory with a Package.swift is built and served at /; one with an index.html is served \
      as it is. A slipway.yaml says otherwise:

        listen: 127.0.0.1:8080
        mounts:
          /: swift:.
          /static: files:public

      What is set by a flag counts more than the environment (--hold-timeout is \
      SLIPWAY_HOLD_TIMEOUT there), and the environment more than the file (hold-timeout).

      On a terminal single keys work: r restart, o open, d debug, c clear, q quit, ? help.

      Examples:
        slipway dev --listen 0.0.0.0:8080 --listen unix:/tmp/app.sock
        slipway dev --mount /=swift:.#App --mount /docs=files:site
        slipway dev --listen 127.0.0.1:0 --log-format json 2>events.jsonl
      """
  )

  @OptionGroup var flags: ConfigurationFlags

  @Flag(help: "Print what is watched and why, and stop.")
  var listWatched = false

  func run() throws {
    try Self.serve(flags.sources, listingWatched: listWatched)
  }

  /// The life of a generation that is not the first. What was typed is parsed, which takes milliseconds
  /// of each restart, only when somebody asks: what has come of it has been handed over.
  static func goOn() {
    let sources = ConfigurationSources { typed }
    do { try serve(sources) } catch { exit(withError: error) }
  }

  private static let typed: ConfigurationSources.Flags =
    (try? Slipway.parseAsRoot() as? DevCommand)?.flags.sources.flags ?? .init()

  private static func serve(_ sources: ConfigurationSources, listingWatched: Bool = false) throws {
    let server = DevServer(sources: sources)
    do {
      guard !listingWatched else { return try server.listWatched() }
      let code = try server.run()
      if code != 0 { throw ExitCode(code) }
    } catch let error as any ReportableError {
      ErrorReport.write(error, environment: sources.environment)
      throw ExitCode.failure
    }
  }
}
