import FoundationEssentials

/// What SwiftPM has planned: the file `SCRATCH/CONFIGURATION.yaml` that it writes for llbuild.
///
/// SwiftPM 6.3 writes one property a line and every list as JSON; what does not look like that is
/// left out, and whoever misses something replays nothing.
struct LLBuildManifest {
  /// One command of the plan. Lists are decoded when they are asked for.
  struct Command {
    let name: String
    fileprivate var properties: [Substring: Substring] = [:]

    fileprivate init(name: String) { self.name = name }

    /// `shell`, `clang`, `write-auxiliary-file`, …
    var tool: String { properties["tool"].map(String.init) ?? "" }

    /// Empty if the command has none.
    var arguments: [String] { list("args") }
    var inputs: [String] { list("inputs") }
    var outputs: [String] { list("outputs") }

    private func list(_ property: Substring) -> [String] {
      guard let text = properties[property] else { return [] }
      return (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
    }
  }

  private let commands: [String: Command]

  /// Which command makes a file.
  private let makers: [String: String]

  init(text: String) {
    var commands: [String: Command] = [:]
    var current: Command?
    var isInCommands = false
    for line in text.split(separator: "\n") {
      if !line.hasPrefix(" ") {
        isInCommands = line == "commands:"
      } else if isInCommands, line.hasPrefix("    "), let colon = line.firstIndex(of: ":") {
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        current?.properties[line[..<colon].drop { $0 == " " }] = value
      } else if isInCommands, line.hasPrefix("  \""), line.hasSuffix(":") {
        if let current { commands[current.name] = current }
        let name = try? JSONDecoder().decode(String.self, from: Data(line.dropLast().utf8))
        current = name.map(Command.init)
      }
    }
    if let current { commands[current.name] = current }
    self.commands = commands
    var makers: [String: String] = [:]
    for command in commands.values {
      for output in command.outputs { makers[output] = command.name }
    }
    self.makers = makers
  }

  /// The command that makes `output`, which may be a file or a `<name>`.
  func command(making output: String) -> Command? {
    makers[output].flatMap { commands[$0] }
  }

  /// The command that links a library of this file name.
  func link(of library: String) -> Command? {
    commands.values.first { command in
      command.arguments.contains("-emit-library")
        && command.outputs.contains { $0.hasSuffix("/" + library) }
    }
  }

  /// Every source that some command compiles.
  var sources: Set<String> {
    var sources: Set<String> = []
    for command in commands.values {
      switch command.tool {
      case "clang": sources.formUnion(command.inputs.prefix(1))
      case "shell": sources.formUnion(command.inputs.lazy.filter { $0.hasSuffix(".swift") })
      default: continue
      }
    }
    return sources
  }

  /// The command that makes `output` and every one that something of it is made by, each once, those
  /// that come first first.
  func commands(leadingTo output: String) -> [Command] {
    var ordered: [Command] = []
    var seen: Set<String> = []
    func visit(_ command: Command) {
      guard seen.insert(command.name).inserted else { return }
      for input in command.inputs { self.command(making: input).map(visit) }
      ordered.append(command)
    }
    command(making: output).map(visit)
    return ordered
  }

  /// The commands that compile modules which import, directly or not, a module with one of the sources.
  func importers(of sources: Set<String>) -> [Command] {
    let compilers = commands.values.filter { $0.tool == "shell" }.map { ($0, Set($0.inputs)) }
    var interfaces = Set(
      compilers.filter { !$0.1.isDisjoint(with: sources) }.flatMap { $0.0.interfaces }
    )
    var found: [String: Command] = [:]
    var pending = interfaces
    while !pending.isEmpty {
      let next = compilers.filter { found[$0.0.name] == nil && !$0.1.isDisjoint(with: pending) }
      for (command, _) in next { found[command.name] = command }
      pending = Set(next.flatMap { $0.0.interfaces }).subtracting(interfaces)
      interfaces.formUnion(pending)
    }
    return Array(found.values)
  }
}

extension LLBuildManifest.Command {
  fileprivate var interfaces: [String] { outputs.filter { $0.hasSuffix(".swiftmodule") } }
}
