import ArgumentParser
import SlipwayDev
import SlipwaySystem

/// `slipway init`: what a project needs beside its code.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Configure an editor to debug what is served.",
    discussion: """
      Writes the editor's own file in the project. A file that is there is added to; nothing in it \
      is changed, comments included. Where that is not possible, what to add is printed.

      The address is that of the running server, or else the one that is configured, or else \
      127.0.0.1:4711.
      """
  )

  @Argument(help: "The directory of the project. (default: .)")
  var path: String?

  @Option(help: "The editor.")
  var editor: Editor

  func run() throws {
    var flags = ConfigurationSources.Flags()
    flags.path = path
    let sources = ConfigurationSources(flags: flags)
    do {
      let directory = try sources.debugging().directory
      let target = EditorTarget(sources, serving: directory)
      let setup = try EditorSetup(
        editor,
        in: directory,
        address: target.address,
        executable: target.server?.executable ?? ProcessImage.current.path
      )
      show(try setup.run(), isRunning: target.server != nil)
      // What was written is good for the next start.
      if let reservation = target.reservation {
        ErrorReport.write(reservation, environment: sources.environment)
      }
    } catch let error as any ReportableError {
      ErrorReport.write(error, environment: sources.environment)
      throw ExitCode.failure
    }
  }

  private func show(_ outcome: EditorSetup.Outcome, isRunning: Bool) {
    switch outcome {
    case .written(let path): print("Wrote \(path).\n\(editor.nextStep)")
    case .added(let path): print("Added “Slipway” to \(path).\n\(editor.nextStep)")
    case .presentElsewhere(let path, let port) where isRunning:
      print(
        """
        “Slipway” is in \(path) already, but with another port than \(port), where the server awaits \
        debuggers. Change it there, or write the port that is there into slipway.yaml, as in \
        “debug-socket: 127.0.0.1:PORT”.
        \(editor.nextStep)
        """
      )
    case .present(let path), .presentElsewhere(let path, _):
      print("“Slipway” is in \(path) already.\n\(editor.nextStep)")
    case .toBeAdded(let path, let text):
      print("\(path) is left as it is. Add this to it:\n\n\(text)\n\(editor.nextStep)")
    }
  }
}

extension Editor: ExpressibleByArgument {}
