import ArgumentParser
import SlipwayDev

/// What debuggers, compilers and loaders are told. See `ConfigurationFlags` on why these are texts.
struct DebugFlags: ParsableArguments {
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
    [.searchPaths: searchPath, .debuggerEnvironment: debuggerEnvironment]
      .filter { !$0.value.isEmpty }
  }
}
