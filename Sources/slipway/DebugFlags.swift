import ArgumentParser
import SlipwayDev

/// What debuggers, compilers and loaders are told. See `ConfigurationFlags` on why these are texts.
struct DebugFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Await debuggers at HOST:PORT, unix:PATH, or not at all: off. (default: 127.0.0.1:4711)",
      discussion:
        "LLDB, gdb and editors share it. Without this, the next free port if that is taken.",
      valueName: "address"
    )
  )
  var debugSocket: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Answer requests only when a debugger has attached. (default: --no-wait-for-debugger)"
  )
  var waitForDebugger: Bool?

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Evaluate code in the frames of Python's tracebacks, in the browser. (default: --no-console)",
      discussion: "Asks for a PIN that is printed in the terminal."
    )
  )
  var console: Bool?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Search DIR, too, when building, loading and debugging; may be repeated.",
      discussion:
        "Kinds: swift-modules, headers, libraries, frameworks, sources (OLD=NEW), symbols, "
        + "debugger-scripts, python. Comes before those of the file.",
      valueName: "kind=dir"
    )
  )
  var searchPath: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Set a variable for the toolchain's debuggers alone; may be repeated.",
      valueName: "name=value"
    )
  )
  var debuggerEnvironment: [String] = []

  var settings: [Setting: [String]] {
    [
      .searchPaths: searchPath, .debuggerEnvironment: debuggerEnvironment,
      .debugSocket: debugSocket.map { [$0] } ?? [],
      .waitForDebugger: waitForDebugger.map { ["\($0)"] } ?? [],
      .console: console.map { ["\($0)"] } ?? [],
    ]
    .filter { !$0.value.isEmpty }
  }
}
