/// The command that starts a debugger and attaches it: a pure function of what is known.
package struct AttachCommand: Sendable, Equatable {
  /// An absolute path.
  package let executable: String

  package let arguments: [String]

  /// What is added to the environment of the debugger.
  package let environment: [String: String]

  /// What is to be attached to.
  package struct Target: Sendable, Equatable {
    package var address: DebugAddress

    /// The server's executable: those debuggers that do not take it from the connection need it.
    package var executable: String

    /// The generated files with the settings; nil if there is none.
    package var lldbSettings: String?
    package var gdbSettings: String?

    package init(
      address: DebugAddress,
      executable: String,
      lldbSettings: String? = nil,
      gdbSettings: String? = nil
    ) {
      self.address = address
      self.executable = executable
      self.lldbSettings = lldbSettings
      self.gdbSettings = gdbSettings
    }
  }

  /// - Parameter tool: an LLDB, or gdb.
  package init(_ tool: DebuggerTool, to target: Target) {
    executable = tool.path
    environment = tool.environment
    arguments = tool.kind == .gdb ? Self.gdb(target) : Self.lldb(target, tool)
  }

  private static func lldb(_ target: Target, _ tool: DebuggerTool) -> [String] {
    var arguments: [String] = []
    if let settings = target.lldbSettings {
      arguments += ["-s", settings]
    } else {
      arguments += DebuggerSettings().lldbCommands.flatMap { ["-o", $0] }
    }
    if !tool.knowsSwift {
      // Without, breakpoints stay pending for ever: measured with LLDB 16 and 19.
      arguments += ["-o", "target create \(target.executable.lldbEscaped)"]
    }
    let connect =
      switch target.address {
      case .tcp(let host, let port): "gdb-remote \(host):\(port)"
      case .unix(let path): "process connect \("unix-connect://\(path)".lldbEscaped)"
      }
    return arguments + ["-o", connect]
  }

  private static func gdb(_ target: Target) -> [String] {
    var arguments = ["-q"]
    if let settings = target.gdbSettings {
      arguments += ["-x", settings]
    } else {
      arguments += DebuggerSettings().gdbCommands.flatMap { ["-ex", $0] }
    }
    arguments += ["-ex", "file \(target.executable.gdbQuoted)"]
    let connect =
      switch target.address {
      case .tcp(let host, let port): "target remote \(host):\(port)"
      case .unix(let path): "target remote \(path)"
      }
    return arguments + ["-ex", connect]
  }

  /// The command for a shell, variables included.
  package var shellText: String {
    let variables = environment.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value.shellQuoted)" }
    return (variables + ([executable] + arguments).map(\.shellQuoted)).joined(separator: " ")
  }
}

extension String {
  /// One word of a POSIX shell.
  package var shellQuoted: String {
    let isPlain =
      !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "/._-+:,@%".utf8.contains(byte)
        }
      }
    return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
