extension DebugError {
  static func missing(_ kind: DebuggerTool.Kind) -> Self {
    let name = kind.rawValue
    return switch kind {
    case .lldb, .lldbDAP, .lldbServer:
      Self(
        code: .toolMissing,
        message: "There is no \(name) beside the Swift compiler, and none in PATH.",
        remedy: "Put the usr/bin of a whole Swift toolchain into PATH: \(name) is part of it."
      )
    case .gdb, .gdbserver:
      Self(
        code: .toolMissing,
        message: "There is no \(name) in PATH.",
        remedy: "Install the package \(name) of your distribution, or use the toolchain's lldb."
      )
    }
  }

  /// - Parameter isSet: whether the user has said where libraries are.
  static func incomplete(_ tool: DebuggerTool, lacking library: String, isSet: Bool) -> Self {
    let message = "\(tool.path) does not start: \(library) is missing."
    guard let version = PythonPlaces.version(of: library) else {
      return Self(
        code: .toolIncomplete,
        message: message,
        remedy: "Install the package that has this library: the loader names it too."
      )
    }
    guard !isSet else {
      return Self(
        code: .toolIncomplete,
        message: message,
        remedy: "It is not where LD_LIBRARY_PATH in debugger-environment points: correct that, or "
          + "remove it to have the usual places searched."
      )
    }
    return Self(
      code: .toolIncomplete,
      message: message,
      remedy: "It is linked with Python \(version): install that one with its shared library "
        + "(PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install \(version)), or say where it is: "
        + "debugger-environment: {LD_LIBRARY_PATH: DIR/lib, PYTHONHOME: DIR}."
    )
  }
}
