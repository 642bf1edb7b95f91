import ArgumentParser
import SlipwayDev

/// The command line. Every command is synchronous and runs on the main thread, which has to stay
/// free to become the next generation: a debugger follows `execve` from there only.
@main
struct Slipway: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slipway",
    abstract: "A development server: save, and the next response is the new code.",
    discussion: """
      Without a command, slipway serves the directory PATH (default: this one).

        slipway                    serve the Swift package or index.html found here
        slipway sample-app --open  serve another directory, and open a browser
        slipway check              find out why something does not work
        slipway attach             debug what is served
        slipway crashes            see what has crashed of late

      “slipway help dev” lists what can be set.
      """,
    version: "0.1.0",
    subcommands: [
      DevCommand.self, CheckCommand.self, AttachCommand.self, CrashesCommand.self, InitCommand.self,
      DebugRelayCommand.self,
    ],
    defaultSubcommand: DevCommand.self
  )

  static func main() {
    if DevServer.isNextGeneration { DevCommand.goOn() } else { main(nil) }
  }
}
