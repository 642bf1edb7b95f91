import ArgumentParser
import SlipwayDebug
import SlipwayDev
import SlipwaySystem

/// `slipway attach`: the best debugger there is, attached to the running server.
struct AttachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Attach a debugger to the server that serves a directory.",
    discussion: """
      Starts the Swift toolchain's LLDB, another LLDB or gdb, whichever is there, with the search \
      paths of the configuration. It stays attached over restarts; “detach” or “quit” lets the \
      server go on.

        slipway attach                 the server of this directory
        slipway attach --print         show the command instead
        slipway attach --dap           show what editors need
      """
  )

  @Argument(help: "The directory that is served, or its configuration file. (default: .)")
  var path: String?

  @Flag(help: "Print the command, quoted for a shell, instead of starting it.")
  var print = false

  @Flag(help: "Use gdb.")
  var gdb = false

  @Flag(help: "Print what an editor needs instead of starting a debugger.")
  var dap = false

  func validate() throws {
    if gdb, dap { throw ValidationError("gdb and DAP exclude each other.") }
  }

  func run() throws {
    var flags = ConfigurationSources.Flags()
    flags.path = path
    let sources = ConfigurationSources(flags: flags)
    do {
      let (directory, tools) = try sources.debugging()
      let server = try RunningServer(serving: directory)
      if dap { return Swift.print(try AttachPlan.adapterText(for: server)) }
      let plan = try AttachPlan(gdb ? .gdb : .best, server: server, tools: tools)
      if print { return Swift.print(plan.command.shellText) }
      if let reservation = plan.reservation {
        ErrorReport.write(reservation, environment: sources.environment)
      }
      // All that a debugger shows of it is that the connection was shut down.
      if let client = server.debugAddress.occupant { throw AttachError.occupied(by: client) }
      let command = plan.command
      try ProcessImage(
        path: command.executable,
        arguments: [command.executable] + command.arguments
      )
      .handOver(setting: command.environment)
    } catch let error as any ReportableError {
      ErrorReport.write(error, environment: sources.environment)
      throw ExitCode.failure
    }
  }
}
