import Glibc
import SlipwayDebug
import SlipwaySystem

extension DebuggerTools {
  /// Those of the machine that the tests run on.
  static let here = DebuggerTools(environment: environmentHere)
}

/// What debuggers need of the environment of the tests.
let environmentHere: [String: String] = {
  let names = ["PATH", "HOME", "PYENV_ROOT"]
  let pairs = names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } }
  return Dictionary(uniqueKeysWithValues: pairs)
}()

extension DebuggerTool {
  /// Runs the program to its end.
  func run(_ arguments: [String]) throws -> ChildProcess.Run {
    try ChildProcess(
      executable: path,
      arguments: arguments,
      environment: environmentHere.merging(environment) { $1 },
      directory: "/"
    )
    .run(within: .seconds(120))
  }
}
