import FoundationEssentials
import SlipwaySystem

/// Makes the plan of a replay from SwiftPM's own, after a build by SwiftPM. Changes nothing.
struct ReplayPlanner {
  let toolchain: Toolchain
  let request: BuildRequest
  let identity: ReplayPlan.Identity

  private let scratch: String
  private var checkouts: String { "\(scratch)/checkouts/" }

  init(toolchain: Toolchain, request: BuildRequest, identity: ReplayPlan.Identity) {
    self.toolchain = toolchain
    self.request = request
    self.identity = identity
    scratch = request.scratchDirectory
  }

  /// The file with SwiftPM's plan.
  static func manifestPath(_ request: BuildRequest) -> String {
    "\(request.scratchDirectory)/\(request.configuration.rawValue).yaml"
  }

  func plan() async throws(Doubt) -> ReplayPlan {
    guard request.configuration == .debug else {
      throw Doubt("a release build compiles each module as a whole")
    }
    let path = Self.manifestPath(request)
    guard let content = FileManager.default.contents(atPath: path),
      let library = ProductLocator.library(of: request)
    else { throw Doubt("SwiftPM has left no plan") }
    let manifest = LLBuildManifest(text: String(decoding: content, as: UTF8.self))
    let output = URL(filePath: library).resolvingSymlinksInPath().path
    let commands = manifest.commands(leadingTo: output)
    guard let link = commands.last, link.arguments.contains("-emit-library") else {
      throw Doubt("no link command for \(output)")
    }
    var collector = PlanCollector(checkouts: checkouts)
    for command in commands.dropLast() { try collector.add(command) }
    var modules: [ReplayPlan.Module] = []
    for draft in collector.modules {
      try checkCancelled()
      modules.append(try await module(draft, among: collector))
    }
    let linkCommand = try await LinkPlanner(toolchain: toolchain, request: request)
      .link(driver: link.arguments, inputs: link.inputs, library: output)
    var plan = ReplayPlan(
      identity: identity,
      fixed: [:],
      unrelated: unrelated(manifest, leading: commands),
      modules: modules,
      foreignSources: collector.foreignSources,
      link: linkCommand
    )
    for file in collector.fixed + tools(of: plan) {
      guard let stamp = FileStamp(path: file) else { throw Doubt("\(file) is missing") }
      plan.fixed[file] = stamp
    }
    plan.fixed[path] = FileStamp(path: path)
    for directory in Set([request.packageDirectory] + localPackages) {
      for name in ["Package.swift", "Package.resolved"] {
        plan.fixed.updateValue(
          FileStamp(path: "\(directory)/\(name)"),
          forKey: "\(directory)/\(name)"
        )
      }
    }
    return plan
  }

  /// The sources that SwiftPM compiles for other products, and for tests.
  private func unrelated(
    _ manifest: LLBuildManifest,
    leading commands: [LLBuildManifest.Command]
  ) -> Set<String> {
    let related = Set(commands.flatMap(\.inputs))
    return manifest.sources.filter { !related.contains($0) && !$0.hasPrefix(scratch + "/") }
  }

  private var localPackages: [String] { LocalDependencies.directories(scratchPath: scratch) }

  private func checkCancelled() throws(Doubt) {
    if Task.isCancelled { throw Doubt("cancelled") }
  }

  private func tools(of plan: ReplayPlan) -> [String] {
    var tools = Set(plan.modules.map(\.compiler) + plan.foreignSources.map { $0.command[0] })
    tools.formUnion([plan.link.command[0], plan.link.clang[0]])
    return tools.sorted()
  }

  private func module(
    _ draft: PlanCollector.Draft,
    among collector: PlanCollector
  ) async throws(Doubt) -> ReplayPlan.Module {
    var arguments = draft.arguments.dropFirst().filter { $0 != "-parseable-output" }
    arguments += [
      "-disable-batch-mode", "-driver-filelist-threshold=1000000", "-driver-print-jobs",
    ]
    let printed = try await toolchain.print(draft.arguments[0], arguments, in: request)
    let template = try JobTemplate(
      lines: printed.output.compactMap { ShellWords.split($0) },
      sources: draft.sources
    )
    let directories = Self.directories(of: draft.sources.map(\.path), excluding: scratch)
    guard let target = draft.arguments.value(of: "-target") else { throw Doubt("no target triple") }
    return ReplayPlan.Module(
      name: draft.name,
      sources: draft.sources,
      directories: directories,
      listing: SourceListing.names(in: directories),
      compiler: template.compiler,
      leading: template.leading,
      options: template.options,
      interface: template.interface,
      dependencies: collector.dependencies(of: draft),
      swiftmodule: draft.swiftmodule,
      wrapped: collector.wrapped[draft.swiftmodule],
      target: target
    )
  }

  /// The topmost directory of a module's sources, but for those that SwiftPM makes.
  private static func directories(of sources: [String], excluding scratch: String) -> [String] {
    let parents = Set(
      sources.filter { !$0.hasPrefix(scratch + "/") }
        .map { String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) }
    )
    return parents.filter { one in !parents.contains { one.hasPrefix($0 + "/") } }.sorted()
  }
}

extension [String] {
  /// What follows the last `option`.
  func value(of option: String) -> String? {
    guard let index = lastIndex(of: option), index + 1 < endIndex else { return nil }
    return self[index + 1]
  }
}
