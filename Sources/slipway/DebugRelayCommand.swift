import ArgumentParser
import SlipwayDebug

/// `slipway debug-relay`: the process between a debugger and its debugger server, started by the
/// server with the descriptors that it needs.
struct DebugRelayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debug-relay",
    abstract: "Started by the server, not by hand.",
    shouldDisplay: false
  )

  func run() throws {
    let code = RelayProgram.run()
    guard code == 0 else { throw ExitCode(code) }
  }
}
