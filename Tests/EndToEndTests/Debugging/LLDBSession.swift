import SlipwayDebug
import SlipwayTestSupport
import Testing

/// A real LLDB that is attached to the debug socket, at its prompt.
final class LLDBSession {
  let program: InteractiveProgram

  /// Connects; the server is stopped when this returns.
  convenience init(to served: ServedProject, with tool: DebuggerTool) throws {
    try self.init(at: served.debugAddress, with: tool)
  }

  /// - Parameter address: the debug socket's.
  init(at address: String, with tool: DebuggerTool) throws {
    var settings = [
      "settings set auto-confirm true", "settings set target.process.stop-on-exec false",
      "settings set use-source-cache false",
    ]
    if !tool.knowsSwift {
      settings.append("target create \(BuiltProducts.path(of: "slipway"))")
    }
    program = try InteractiveProgram(
      [tool.path, "--no-use-colors", "--no-lldbinit"] + settings.flatMap { ["-o", $0] },
      environment: tool.environment
    )
    program.type("gdb-remote \(address)")
    try program.wait(for: "stop reason = ")
  }

  /// Sets a breakpoint by file and line that must be found at once.
  func breakAt(_ file: String, _ line: Int) throws {
    program.type("breakpoint set --file \(file) --line \(line)")
    try program.wait(for: "Breakpoint 1: where = ")
  }

  func proceed() throws {
    program.type("continue")
    try program.wait(for: "resuming")
  }

  func untilBreakpoint() throws { try program.wait(for: "stop reason = breakpoint") }

  func detach() throws {
    program.type("process interrupt")
    program.type("detach")
    try program.wait(for: "detached")
  }
}
