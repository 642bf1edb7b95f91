/// Sorts the commands that lead to a product into those that can be replayed and those whose results
/// have to stay as they are.
struct PlanCollector {
  /// A Swift module of a package on this machine.
  struct Draft {
    var name: String
    var arguments: [String]
    var sources: [ReplayPlan.Source]
    var inputs: [String]
    var swiftmodule: String
  }

  private(set) var modules: [Draft] = []
  private(set) var foreignSources: [ReplayPlan.ForeignSource] = []

  /// Wrapped interfaces, by the interface.
  private(set) var wrapped: [String: String] = [:]

  /// Files that nothing of a replay makes or changes.
  private(set) var fixed: [String] = []

  private let checkouts: String

  /// - Parameter checkouts: where SwiftPM keeps the sources that it has fetched.
  init(checkouts: String) {
    self.checkouts = checkouts
  }

  mutating func add(_ command: LLBuildManifest.Command) throws(Doubt) {
    let arguments = command.arguments
    let inputs = command.inputs
    // A plug-in may look at anything, and may have to run before every build.
    guard !inputs.contains(where: { $0.contains("/plugins/outputs/") }) else {
      throw Doubt("a plug-in makes sources")
    }
    switch command.tool {
    case "shell" where arguments.contains("-modulewrap"):
      guard let interface = inputs.first(where: { $0.hasSuffix(".swiftmodule") }),
        let object = command.outputs.first
      else { throw Doubt("an unknown way to wrap a module") }
      wrapped[interface] = object
      fixed.append(object)
    case "shell" where arguments.contains("-module-name"):
      try addModule(arguments, inputs, command.outputs)
    case "clang":
      try addForeign(arguments, inputs, command.outputs)
    case "write-auxiliary-file":
      // The list of sources and that of objects follow from the rest; the compiler's version is
      // that of the toolchain.
      return
    case "phony", "mkdir", "symlink", "copy-tool":
      fixed += (inputs + command.outputs).filter(Self.isFile)
    default:
      throw Doubt("a command of the kind \(command.tool)")
    }
  }

  private static func isFile(_ node: String) -> Bool {
    node.hasPrefix("/") && !node.hasSuffix("/") && FileStamp(path: node) != nil
  }

  private mutating func addModule(
    _ arguments: [String],
    _ inputs: [String],
    _ outputs: [String]
  ) throws(Doubt) {
    guard let name = arguments.value(of: "-module-name"),
      let swiftmodule = outputs.first(where: { $0.hasSuffix(".swiftmodule") })
    else { throw Doubt("a Swift command that makes no module") }
    let sources = inputs.filter { $0.hasSuffix(".swift") }
    let locals = Set(modules.map(\.swiftmodule))
    fixed.append(swiftmodule)
    guard !sources.contains(where: { $0.hasPrefix(checkouts) }) else {
      guard locals.isDisjoint(with: inputs) else {
        throw Doubt("\(name) was fetched, and depends on what was not")
      }
      fixed += sources + outputs.filter { $0 != swiftmodule }
      return
    }
    guard arguments.contains("-enable-batch-mode"), !arguments.contains("-wmo"),
      !arguments.contains("-whole-module-optimization")
    else { throw Doubt("\(name) is compiled as a whole") }
    let objects = outputs.filter { $0.hasSuffix(".o") }
    guard !sources.isEmpty, sources.count == objects.count else {
      throw Doubt("\(name) has not one object a source")
    }
    // What else the module is made from: interfaces of others, tools that expand macros.
    fixed += inputs.filter {
      !sources.contains($0) && !$0.contains("/swift-version-") && !$0.hasSuffix("/sources")
        && Self.isFile($0)
    }
    modules.append(
      Draft(
        name: name,
        arguments: arguments,
        sources: zip(sources, objects)
          .map {
            ReplayPlan.Source(
              path: $0,
              object: $1,
              dependencies: $1.dropLast(".swift.o".count) + ".swiftdeps"
            )
          },
        inputs: inputs,
        swiftmodule: swiftmodule
      )
    )
  }

  private mutating func addForeign(
    _ arguments: [String],
    _ inputs: [String],
    _ outputs: [String]
  ) throws(Doubt) {
    guard let source = inputs.first, let object = outputs.first, object.hasSuffix(".o"),
      let index = arguments.lastIndex(of: "-o"), index + 1 < arguments.count,
      arguments[index + 1] == object
    else { throw Doubt("an unknown way to compile C") }
    let others = inputs.dropFirst().filter(Self.isFile)
    if source.hasPrefix(checkouts) {
      fixed += [source, object] + others
    } else {
      fixed += others
      foreignSources.append(
        ReplayPlan.ForeignSource(path: source, object: object, command: arguments)
      )
    }
  }

  /// The names of the local modules that `draft` can import, directly or not.
  func dependencies(of draft: Draft) -> [String] {
    var pending = draft.inputs
    var found: [String] = []
    while let input = pending.popLast() {
      guard let module = modules.first(where: { $0.swiftmodule == input }),
        !found.contains(module.name)
      else { continue }
      found.append(module.name)
      pending += module.inputs
    }
    return found.sorted()
  }
}
