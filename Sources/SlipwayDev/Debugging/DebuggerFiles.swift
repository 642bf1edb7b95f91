package import SlipwayDebug
package import SlipwaySystem

/// What debuggers read before they attach: `.slipway/lldbinit` and `.slipway/gdbinit`, and the same
/// texts below `/_slipway/` for debuggers on other machines.
package struct DebuggerFiles: Sendable {
  package let lldb: String
  package let gdb: String

  package init(_ settings: DebuggerSettings) {
    lldb = Self.text(
      settings.lldbCommands,
      use: "lldb -s .slipway/lldbinit -o 'gdb-remote HOST:PORT'"
    )
    gdb = Self.text(
      settings.gdbCommands,
      use: "gdb -x .slipway/gdbinit -ex 'target remote HOST:PORT' SERVER"
    )
  }

  private static func text(_ commands: [String], use: String) -> String {
    """
    # Written by Slipway from search-paths in slipway.yaml; what is changed here is lost.
    # \(use)
    # “slipway attach” does just that.

    """ + commands.map { $0 + "\n" }.joined()
  }

  /// The paths below the directory of the server's state.
  package static func lldbPath(in state: String) -> String { state + "/lldbinit" }
  package static func gdbPath(in state: String) -> String { state + "/gdbinit" }

  /// Writes what is not there already. Returns whether anything had to be written. Blocks.
  package func write(in state: String) throws(SystemError) -> Bool {
    var isNew = false
    for (text, path) in [(lldb, Self.lldbPath(in: state)), (gdb, Self.gdbPath(in: state))] {
      guard ProcessTable.text(path) != text else { continue }
      try AtomicFile.write(text.utf8, to: path)
      isNew = true
    }
    return isNew
  }
}
