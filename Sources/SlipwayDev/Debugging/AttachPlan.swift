import FoundationEssentials
package import SlipwayDebug
package import SlipwaySystem

/// What `slipway attach` does: which debugger is attached, how, and what there is to say about it.
package struct AttachPlan: Sendable {
  package enum Choice: Sendable {
    /// The toolchain's LLDB, another one, or gdb.
    case best
    case gdb
  }

  package let command: AttachCommand

  /// Why it is not the best debugger that there could be.
  package let reservation: (any ReportableError)?

  /// Looks for debuggers. Blocks.
  /// - Parameter tools: where to look.
  package init(
    _ choice: Choice,
    server: RunningServer,
    tools: DebuggerTools
  ) throws(AttachError) {
    let tool: DebuggerTool
    (tool, reservation) = try Self.choose(choice, tools)
    let lldb = DebuggerFiles.lldbPath(in: server.state)
    let gdb = DebuggerFiles.gdbPath(in: server.state)
    command = AttachCommand(
      tool,
      to: AttachCommand.Target(
        address: server.debugAddress,
        executable: server.executable,
        lldbSettings: FileManager.default.isReadableFile(atPath: lldb) ? lldb : nil,
        gdbSettings: FileManager.default.isReadableFile(atPath: gdb) ? gdb : nil
      )
    )
  }

  private static func choose(
    _ choice: Choice,
    _ tools: DebuggerTools
  ) throws(AttachError) -> (DebuggerTool, (any ReportableError)?) {
    var reasons: [any ReportableError] = []
    let kinds: [DebuggerTool.Kind] = choice == .gdb ? [.gdb] : [.lldb, .gdb]
    for kind in kinds {
      do throws(DebugError) {
        let tool = try tools.find(kind)
        let better = kind == .lldb && !tool.knowsSwift ? tools.obstacle(to: .lldb) : reasons.first
        return (tool, better)
      } catch {
        reasons.append(error)
      }
    }
    throw .noDebugger(reasons)
  }

  /// The configuration that editors need, as the one of VS Code, with a word on the others.
  package static func adapterText(for server: RunningServer) throws(AttachError) -> String {
    switch server.debugAddress {
    case .unix(let path): throw .needsTCP(path)
    case .tcp(let host, let port):
      """
      A debug adapter (DAP) answers at \(host):\(port). “slipway init --editor” writes the \
      configuration for vscode, neovim, zed or clion. The one of VS Code, with the extension LLDB DAP:

      {
        "type": "lldb-dap",
        "request": "attach",
        "name": "Slipway",
        "debugAdapterHostname": "\(host.unbracketed)",
        "debugAdapterPort": \(port),
        "attachCommands": ["slipway-attach"]
      }
      """
    }
  }
}

extension ConfigurationSources {
  /// The directory that is meant, and where its debuggers are looked for. A file that is broken keeps
  /// nobody from debugging the server that runs with the one before.
  package func debugging() throws(ConfigurationError) -> (directory: String, tools: DebuggerTools) {
    let directory = try ServedPlace(sources: self).directory
    let settings = (try? resolve())?.debuggerEnvironment ?? [:]
    return (directory, DebuggerTools(environment: environment, settings: settings))
  }
}
