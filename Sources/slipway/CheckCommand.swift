import ArgumentParser
import SlipwayDev

/// `slipway check`: is everything there that serving needs?
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Find out whether a directory can be served, and how to mend what is missing.",
    discussion: """
      Reads the configuration as “slipway dev” does, with the same flags, and looks at the \
      toolchain, the mounts, the addresses and the limits of this machine.

      Ends with 0 if nothing failed (a warning is no failure), else with 1.
      """
  )

  @OptionGroup var flags: ConfigurationFlags

  func run() throws {
    let sources = flags.sources
    let configuration = try sources.resolveOrExit()
    let isInColour = Terminal.isOutputInColour(environment: sources.environment)
    let findings = Checkup(configuration: configuration, environment: sources.environment).run()
    for finding in findings {
      print(finding.text(inColour: isInColour))
    }
    if findings.contains(where: { $0.verdict == .fail }) { throw ExitCode.failure }
  }
}
