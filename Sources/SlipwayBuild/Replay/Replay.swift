import FoundationEssentials
import Glibc
import SlipwaySystem

/// One replay of a plan: compiles what has changed, links, and says what came of it. Nothing that was
/// good before is lost if it fails or is cancelled.
struct Replay {
  let plan: ReplayPlan
  let toolchain: Toolchain
  let directory: ReplayDirectory
  let progress: @Sendable (BuildProgress) -> Void
  /// What is known of modules, by their names.
  let graphs: [String: ModuleGraph]
  /// Sources as they were when they were compiled last, those that are known.
  let texts: [String: [UInt8]]

  private var request: BuildRequest { plan.identity.request }

  /// What has been printed, and for how long each stage took.
  struct Report {
    var lines: [ChildProcess.Output] = []
    var stages = BuildStages()
    /// The sources that the compiler found errors in, or was not asked about.
    var failed = false
    /// Files with the compilers' findings, for tools.
    var serialized: [String] = []
    /// The plan from now on, if the link is another one.
    var renewedPlan: ReplayPlan?
  }

  /// What is known of the product's sources and has to be compiled.
  struct Work {
    var changed: [String: FileStamp] = [:]
    var steps: Int { changed.count + 1 }
  }

  /// Makes sure that the plan holds, and finds out which sources are not as they were when they were
  /// compiled. `notified` are the paths that are known to have changed.
  func survey(
    _ state: ReplayState,
    notified: some Sequence<String>
  ) throws(Doubt) -> Work {
    let known = Set(state.units.keys)
    for path in notified where !known.contains(path) && !plan.unrelated.contains(path) {
      let name = path.split(separator: "/").last ?? ""
      guard SourceListing.isPassedOver(name) else { throw Doubt("\(path) is no planned source") }
    }
    let replaced = Dictionary(
      plan.modules.compactMap { module in
        state.interfaces[module.name]?.stamp.map { (module.swiftmodule, $0) }
      },
      uniquingKeysWith: { first, _ in first }
    )
    for (file, stamp) in plan.fixed where FileStamp(path: file) != replaced[file] ?? stamp {
      throw Doubt("\(file) is not as it was")
    }
    for module in plan.modules where SourceListing.names(in: module.directories) != module.listing {
      throw Doubt("\(module.name) has other files than planned")
    }
    var work = Work()
    for (source, object) in planned {
      guard let unit = state.units[source] else { throw Doubt("\(source) is not known") }
      let present = FileStamp(path: object)
      // Ours is elsewhere, and SwiftPM has built since if there is one in its place again.
      guard unit.object == object ? present == unit.stamp : present == nil else {
        throw Doubt("\(object) is not as it was")
      }
      guard let stamp = FileStamp(path: source) else { throw Doubt("\(source) is gone") }
      if stamp != unit.source { work.changed[source] = stamp }
    }
    return work
  }

  /// Every source with SwiftPM's place for its object.
  private var planned: [(source: String, object: String)] {
    plan.modules.flatMap { $0.sources.map { ($0.path, $0.object) } }
      + plan.foreignSources.map { ($0.path, $0.object) }
  }

  /// Compiles and links. `state` is what holds afterwards, whether all went well or not.
  func run(_ work: Work, _ state: inout ReplayState) async throws(Doubt) -> Report {
    var exchange = InterfaceExchange()
    let adoption = Adoption(into: directory.directory(0))
    var next = state
    do throws(Doubt) {
      let report = try await run(work, &next, adoption, &exchange)
      if report.failed {
        exchange.undo()
        state.adopt(adoption.places)
      } else {
        next.adopt(adoption.places)
        state = next
      }
      return report
    } catch {
      exchange.undo()
      adoption.undo()
      throw error
    }
  }

  private func run(
    _ work: Work,
    _ next: inout ReplayState,
    _ adoption: Adoption,
    _ exchange: inout InterfaceExchange
  ) async throws(Doubt) -> Report {
    var report = Report()
    let start = ContinuousClock.now
    let before = next
    next.number += 1
    let base = directory.directory(next.number)
    var compiled: Set<String> = []
    var renewed: Set<String> = []
    for module in plan.modules where !report.failed {
      try checkCancelled()
      let paths = module.sources.map(\.path)
      var changed = work.changed.filter { paths.contains($0.key) }
      if !renewed.isDisjoint(with: module.dependencies) {
        for path in paths { changed[path] = FileStamp(path: path) }
      }
      guard !changed.isEmpty else { continue }
      announce(changed.keys.sorted(), of: module.name, after: compiled.count, of: work)
      let result = try await replay(
        module,
        changed,
        next,
        adoption,
        in: "\(base)/\(module.name)"
      )
      report.lines += result.lines
      report.serialized += result.serialized
      compiled.formUnion(result.compiled)
      report.failed = result.failed
      next.units.merge(result.units) { $1 }
      if !result.failed, var interface = result.interface,
        differs(interface, of: module, from: before)
      {
        if plan.modules.contains(where: { $0.dependencies.contains(module.name) }) {
          interface.stamp = try exchange.install(interface, for: module)
        }
        next.interfaces[module.name] = interface
        renewed.insert(module.name)
      }
    }
    if !report.failed { try await compileForeign(work, base, adoption, &next, &report) }
    report.stages.compiling = .now - start
    if !report.failed { try await link(compiled, before, adoption, &next, in: base, &report) }
    return report
  }

  private func announce(_ sources: [String], of module: String, after count: Int, of work: Work) {
    for (index, path) in sources.enumerated() {
      let name = path.split(separator: "/").last ?? ""
      progress(
        BuildProgress(
          step: count + index + 1,
          total: max(work.steps, count + sources.count + 1),
          message: "Compiling \(module) \(name)"
        )
      )
    }
  }

  private func checkCancelled() throws(Doubt) {
    if Task.isCancelled { throw Doubt("cancelled") }
  }

  // MARK: Compiling

  private func replay(
    _ module: ReplayPlan.Module,
    _ changed: [String: FileStamp],
    _ state: ReplayState,
    _ adoption: Adoption,
    in directory: String
  ) async throws(Doubt) -> ModuleReplay.Result {
    try ReplayDirectory.create(directory)
    return try await ModuleReplay(
      module: module,
      toolchain: toolchain,
      packageDirectory: request.packageDirectory,
      directory: directory,
      adoption: adoption,
      graph: graphs[module.name],
      texts: texts
    )
    .run(changed, state.units)
  }

  /// Whether the module's interface is another than the one that others have been compiled with.
  private func differs(
    _ interface: ReplayState.Interface,
    of module: ReplayPlan.Module,
    from state: ReplayState
  ) -> Bool {
    let name = module.swiftmodule.split(separator: "/").last ?? ""
    let old = state.interfaces[module.name].map { "\($0.directory)/\(name)" } ?? module.swiftmodule
    let contents = FileManager.default
    guard let before = contents.contents(atPath: old),
      let after = contents.contents(atPath: "\(interface.directory)/\(name)")
    else { return true }
    return before != after
  }

  private func compileForeign(
    _ work: Work,
    _ base: String,
    _ adoption: Adoption,
    _ next: inout ReplayState,
    _ report: inout Report
  ) async throws(Doubt) {
    for source in plan.foreignSources {
      guard let stamp = work.changed[source.path] else { continue }
      try checkCancelled()
      if next.units[source.path]?.object == source.object { try adoption.adopt(source.object) }
      let job = ReplayJob(
        command: source.command,
        directory: request.packageDirectory,
        toolchain: toolchain
      )
      let end = try await job.run()
      defer { unlink(source.object) }
      report.lines += end.lines
      guard end.succeeded else {
        guard end.end == .exited(1) else { throw Doubt("clang", endedBy: end.end) }
        report.failed = true
        return
      }
      let object = base + source.object
      try ReplayDirectory.create(Adoption.parent(of: object))
      guard rename(source.object, object) == 0 else { throw Doubt("clang wrote no object") }
      next.units[source.path] = ReplayState.Unit(source: stamp, object: object, dependencies: "")
    }
  }

  // MARK: Linking

  private func link(
    _ compiled: Set<String>,
    _ before: ReplayState,
    _ adoption: Adoption,
    _ next: inout ReplayState,
    in base: String,
    _ report: inout Report
  ) async throws(Doubt) {
    try checkCancelled()
    let start = ContinuousClock.now
    var objects: [String: String] = [:]
    for (source, object) in planned {
      if let unit = next.units[source], unit.object != object { objects[object] = unit.object }
    }
    for module in plan.modules {
      if let original = module.wrapped, let interface = next.interfaces[module.name] {
        objects[original] = interface.wrapped
      }
    }
    var link = plan.link
    if importsDiffer(compiled, before.adopting(adoption.places), next) {
      link = try await renewed(link, objects)
      try store(link, &report)
    }
    try ReplayDirectory.create(base)
    // The linker writes the library's path into it: it is made in SwiftPM's place, and moved.
    let library = "\(base)/lib\(request.product).so"
    unlink(link.library)
    defer { unlink(link.library) }
    progress(
      BuildProgress(
        step: compiled.count + 1,
        total: compiled.count + 1,
        message: "Linking lib\(request.product).so"
      )
    )
    var end = try await run(link, objects)
    if case .exited = end.end, !end.succeeded, link.linker != nil {
      // What does not link is told in the words of SwiftPM's linker, and what only that one links is its.
      link.linker = nil
      link = try await renewed(link, objects)
      end = try await run(link, objects)
      if end.succeeded { try store(link, &report) }
    }
    report.lines += end.lines
    report.stages.linking = .now - start
    guard end.succeeded else {
      guard case .exited = end.end else { throw Doubt("the linker", endedBy: end.end) }
      report.failed = true
      return
    }
    guard rename(link.library, library) == 0 else { throw Doubt("the linker made no library") }
    next.library = library
  }

  private func renewed(
    _ link: ReplayPlan.Link,
    _ objects: [String: String]
  ) async throws(Doubt) -> ReplayPlan.Link {
    try await LinkPlanner(toolchain: toolchain, request: request).renewed(link, objects: objects)
  }

  private func store(_ link: ReplayPlan.Link, _ report: inout Report) throws(Doubt) {
    var renewed = plan
    renewed.link = link
    renewed.fixed[link.command[0]] = FileStamp(path: link.command[0])
    try directory.store(renewed)
    report.renewedPlan = renewed
  }

  private func run(
    _ link: ReplayPlan.Link,
    _ objects: [String: String]
  ) async throws(Doubt) -> ReplayJob.Result {
    try await ReplayJob(
      command: link.command.map { objects[$0] ?? $0 },
      directory: request.packageDirectory,
      toolchain: toolchain
    )
    .run()
  }

  /// Whether a source imports a library that it did not import before, or no longer imports one.
  private func importsDiffer(
    _ compiled: Set<String>,
    _ before: ReplayState,
    _ next: ReplayState
  ) -> Bool {
    compiled.contains { source in
      let entries = [before, next]
        .map { state in
          state.units[source].flatMap { FileManager.default.contents(atPath: $0.object) }
            .flatMap { ElfSection.bytes(named: ".swift1_autolink_entries", in: Array($0)) }
        }
      return entries[0] == nil || entries[0] != entries[1]
    }
  }
}
