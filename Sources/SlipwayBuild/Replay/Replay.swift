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

  private var request: BuildRequest { plan.identity.request }

  /// What has been printed, and for how long each stage took.
  struct Report {
    var lines: [ChildProcess.Output] = []
    var stages = BuildStages()
    /// The sources that the compiler found errors in, or was not asked about.
    var failed = false
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
    for path in notified where !known.contains(path) {
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
    let result: Result<Report, Doubt>
    do {
      result = .success(try await run(work, &state, &exchange))
    } catch {
      result = .failure(error)
    }
    let isGood = if case .success(let report) = result { !report.failed } else { false }
    if !isGood { exchange.undo() }
    return try result.get()
  }

  private func run(
    _ work: Work,
    _ state: inout ReplayState,
    _ exchange: inout InterfaceExchange
  ) async throws(Doubt) -> Report {
    var report = Report()
    let start = ContinuousClock.now
    var next = state
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
      try adopt(Set(paths), &state, &next)
      let result = try await replay(module, changed, next, in: "\(base)/\(module.name)")
      report.lines += result.lines
      compiled.formUnion(result.compiled)
      report.failed = result.failed
      next.units.merge(result.units) { $1 }
      if !result.failed, var interface = result.interface,
        differs(interface, of: module, from: state)
      {
        if plan.modules.contains(where: { $0.dependencies.contains(module.name) }) {
          interface.stamp = try exchange.install(interface, for: module)
        }
        next.interfaces[module.name] = interface
        renewed.insert(module.name)
      }
    }
    if !report.failed { try await compileForeign(work, base, &state, &next, &report) }
    report.stages.compiling = .now - start
    if !report.failed { try await link(compiled, state, &next, in: base, &report) }
    if !report.failed { state = next }
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
    in directory: String
  ) async throws(Doubt) -> ModuleReplay.Result {
    try ReplayDirectory.create(directory)
    return try await ModuleReplay(
      module: module,
      toolchain: toolchain,
      packageDirectory: request.packageDirectory,
      directory: directory
    )
    .run(changed, state.units)
  }

  /// Moves the objects of a module that is to be compiled out of SwiftPM's place. They stay good until
  /// there are newer ones.
  private func adopt(
    _ sources: Set<String>,
    _ state: inout ReplayState,
    _ next: inout ReplayState
  ) throws(Doubt) {
    let places = Dictionary(uniqueKeysWithValues: planned.map { ($0.source, $0.object) })
    let base = directory.directory(0)
    for source in sources {
      guard let unit = state.units[source], let place = places[source], unit.object == place else {
        continue
      }
      let moved = base + place
      try ReplayDirectory.create(String(moved[..<(moved.lastIndex(of: "/") ?? moved.endIndex)]))
      guard rename(place, moved) == 0 else { throw Doubt("\(place) cannot be moved") }
      let adopted = ReplayState.Unit(
        source: unit.source,
        object: moved,
        dependencies: unit.dependencies,
        followers: unit.followers
      )
      state.units[source] = adopted
      next.units[source] = adopted
    }
    try directory.store(state)
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
    _ state: inout ReplayState,
    _ next: inout ReplayState,
    _ report: inout Report
  ) async throws(Doubt) {
    for source in plan.foreignSources {
      guard let stamp = work.changed[source.path] else { continue }
      try checkCancelled()
      try adopt([source.path], &state, &next)
      let job = ReplayJob(
        command: source.command,
        directory: request.packageDirectory,
        toolchain: toolchain
      )
      let end = try await job.run()
      defer { unlink(source.object) }
      report.lines += end.lines
      guard end.succeeded else {
        guard end.end == .exited(1) else { throw Doubt("clang ended with \(end.end)") }
        report.failed = true
        return
      }
      let object = base + source.object
      try ReplayDirectory.create(String(object[..<(object.lastIndex(of: "/") ?? object.endIndex)]))
      guard rename(source.object, object) == 0 else { throw Doubt("clang wrote no object") }
      next.units[source.path] = ReplayState.Unit(source: stamp, object: object, dependencies: "")
    }
  }

  // MARK: Linking

  private func link(
    _ compiled: Set<String>,
    _ before: ReplayState,
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
    if importsDiffer(compiled, before, next) {
      link = try await LinkPlanner(toolchain: toolchain, request: request)
        .renewed(link, objects: objects)
      var renewed = plan
      renewed.link = link
      try directory.store(renewed)
    }
    try ReplayDirectory.create(base)
    // The linker writes the library's path into it: it is made in SwiftPM's place, and moved.
    let library = "\(base)/lib\(request.product).so"
    let command = link.command.map { objects[$0] ?? $0 }
    unlink(link.library)
    defer { unlink(link.library) }
    progress(
      BuildProgress(
        step: compiled.count + 1,
        total: compiled.count + 1,
        message: "Linking lib\(request.product).so"
      )
    )
    let end = try await ReplayJob(
      command: command,
      directory: request.packageDirectory,
      toolchain: toolchain
    )
    .run()
    report.lines += end.lines
    report.stages.linking = .now - start
    guard end.succeeded else {
      guard case .exited = end.end else { throw Doubt("the linker ended with \(end.end)") }
      report.failed = true
      return
    }
    guard rename(link.library, library) == 0 else { throw Doubt("the linker made no library") }
    next.library = library
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
