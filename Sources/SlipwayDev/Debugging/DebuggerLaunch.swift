import Glibc
import SlipwayDebug
import SlipwaySystem

/// How the debugger server for each kind of client is started.
struct DebuggerLaunch: Sendable {
  /// What an editor's configuration names as its `attachCommands`: it need not know our PID.
  static let attachCommand = "slipway-attach"

  let tools: DebuggerTools
  /// What LLDB is told before anything else.
  let lldbCommands: [String]

  /// - Throws: `DebugError` if a program is missing.
  func callAsFunction(_ client: DebugClient) throws -> ServerLaunch {
    let process = String(getpid())
    switch client {
    case .lldb:
      let tool = try tools.find(.lldbServer)
      return ServerLaunch(
        executable: tool.path,
        arguments: ["gdbserver", "--fd", "3", "--attach", process],
        environment: tool.environment,
        place: .descriptor3
      )
    case .gdb:
      let tool = try tools.find(.gdbserver)
      return ServerLaunch(
        executable: tool.path,
        // Else it waits for another client where there can be none, and holds the process meanwhile.
        arguments: ["--once", "--attach", "-", process],
        environment: tool.environment,
        place: .standardStreams
      )
    case .dap:
      let tool = try tools.find(.lldbDAP)
      let alias = "command alias \(Self.attachCommand) process attach --pid \(process)"
      return ServerLaunch(
        executable: tool.path,
        arguments: (lldbCommands + [alias]).flatMap { ["--pre-init-command", $0] },
        environment: tool.environment,
        place: .standardStreams
      )
    }
  }
}
