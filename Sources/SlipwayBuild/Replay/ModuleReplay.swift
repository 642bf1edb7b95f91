import FoundationEssentials
import Glibc
import SlipwaySystem

/// Compiles what has changed of one module, and what depends on that.
///
/// Compiler and interface run side by side, as the compiler's driver would have it. An object is
/// written where SwiftPM would write it, for its path is part of what the compiler hashes into it,
/// and moved into the directory of the replay at once.
struct ModuleReplay {
  let module: ReplayPlan.Module
  let toolchain: Toolchain
  /// In which the tools run.
  let packageDirectory: String
  /// Where results go; it exists.
  let directory: String
  let adoption: Adoption
  /// What was read before, if it was.
  let graph: ModuleGraph?
  /// Sources as they were when they were compiled last, those that are known.
  let texts: [String: [UInt8]]

  /// What came of it. `units` are those of the sources that were compiled.
  struct Result {
    var units: [String: ReplayState.Unit] = [:]
    var lines: [ChildProcess.Output] = []
    var interface: ReplayState.Interface?
    var failed = false
    var compiled: Set<String> = []
    /// A declaration is another than before, or was not known.
    var declaresOtherwise = false
    /// Files with findings, for tools.
    var serialized: [String] = []

    fileprivate mutating func add(_ interface: InterfaceResult) {
      lines += interface.lines
      failed = failed || interface.failed
      self.interface = interface.interface
    }
  }

  /// - Parameters:
  ///   - changed: the sources to be compiled whatever the others say, with their present stamps.
  ///   - units: what is known of all sources.
  func run(
    _ changed: [String: FileStamp],
    _ units: [String: ReplayState.Unit]
  ) async throws(Doubt) -> Result {
    if let result = try await runWithinBodies(changed, units) { return result }
    async let interfaceRun = interface()
    var result = Result()
    let outcome: Swift.Result<Void, Doubt>
    do {
      try await compile(changed, units, into: &result)
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    let interface = try await interfaceRun.get()
    try outcome.get()
    result.add(interface)
    return result
  }

  /// Without the interface, whose compiler would slow down that of the sources: nil if there is more to
  /// the changes than bodies of functions. That is seen in the texts, and then in what the compiler says.
  private func runWithinBodies(
    _ changed: [String: FileStamp],
    _ units: [String: ReplayState.Unit]
  ) async throws(Doubt) -> Result? {
    let isWithin = changed.keys.allSatisfy { path in
      guard let old = texts[path], let new = FileManager.default.contents(atPath: path) else {
        return false
      }
      return BodyEdit.isOne(from: old, to: Array(new))
    }
    guard isWithin else { return nil }
    var result = Result()
    try await compile(changed, units, into: &result)
    guard !result.failed, result.declaresOtherwise else { return result }
    result.add(try await emitInterface())
    return result
  }

  // MARK: Sources

  private func compile(
    _ changed: [String: FileStamp],
    _ units: [String: ReplayState.Unit],
    into result: inout Result
  ) async throws(Doubt) {
    var pending = Set(changed.keys)
    // Most likely the same sources follow as the last time: one compiler does it all.
    for source in changed.keys { pending.formUnion(units[source]?.followers ?? []) }
    pending.formIntersection(module.sources.map(\.path))
    var graph = graph.flatMap { $0.isOf(module, units) ? $0 : nil }
    while !pending.isEmpty {
      try await compile(pending, changed, units, into: &result)
      guard !result.failed else { return }
      // Read once the first compilers have ended: as a rule the interface takes longer, on another core.
      if graph == nil { graph = try ModuleGraph(of: module, units) }
      guard let known = graph else { break }
      var followers: Set<String> = []
      for source in pending {
        guard let unit = result.units[source], let old = known.sources[source] else {
          result.declaresOtherwise = true
          continue
        }
        let new = try ModuleGraph.read(unit.dependencies, of: source)
        let changes = old.changes(to: new)
        guard !changes.isEmpty else { continue }
        result.declaresOtherwise = true
        let dependent = known.invalidation.sources(dependingOn: changes, in: source)
          .subtracting([source])
        result.units[source]?.followers = dependent.sorted()
        followers.formUnion(dependent)
      }
      pending = followers.subtracting(result.compiled)
    }
  }

  /// Compiles some sources, in as many compilers as pay.
  private func compile(
    _ sources: Set<String>,
    _ changed: [String: FileStamp],
    _ units: [String: ReplayState.Unit],
    into result: inout Result
  ) async throws(Doubt) {
    let ordered = module.sources.filter { sources.contains($0.path) }
    let batches = Self.batches(ordered)
    result.compiled.formUnion(sources)
    result.serialized += ordered.map(serialized)
    let commands = batches.map(command)
    for source in ordered where units[source.path]?.object == source.object {
      try adoption.adopt(source.object)
    }
    var ends: [ReplayJob.Outcome?] = batches.map { _ in nil }
    await withTaskGroup(of: (Int, ReplayJob.Outcome).self) { group in
      for (index, command) in commands.enumerated() {
        let job = ReplayJob(command: command, directory: packageDirectory, toolchain: toolchain)
        group.addTask { (index, await job.outcome()) }
      }
      for await (index, outcome) in group { ends[index] = outcome }
    }
    defer { for source in ordered { unlink(source.object) } }
    for (index, batch) in batches.enumerated() {
      let end: ReplayJob.Result
      switch ends[index] {
      case .ended(let result): end = result
      case .doubtful(let doubt): throw doubt
      case nil: throw Doubt("a compiler is missing")
      }
      result.lines += end.lines
      guard end.succeeded else {
        guard end.end == .exited(1) else { throw Doubt("a compiler", endedBy: end.end) }
        result.failed = true
        continue
      }
      for source in batch {
        let object = "\(directory)/\(Self.name(of: source.object))"
        guard rename(source.object, object) == 0 else {
          throw Doubt("the compiler wrote no \(source.object)")
        }
        result.units[source.path] = ReplayState.Unit(
          source: changed[source.path] ?? units[source.path]?.source,
          object: object,
          stamp: nil,
          dependencies: dependencies(of: source),
          followers: units[source.path]?.followers ?? []
        )
      }
    }
  }

  /// One compiler's invocation for some of the sources, as the driver would put it.
  private func command(for batch: [ReplayPlan.Source]) -> [String] {
    let primaries = Set(batch.map(\.path))
    var command = [module.compiler] + module.leading
    for source in module.sources {
      if primaries.contains(source.path) { command.append("-primary-file") }
      command.append(source.path)
    }
    for source in batch {
      command += ["-emit-reference-dependencies-path", dependencies(of: source)]
      command += ["-serialize-diagnostics-path", serialized(source)]
    }
    command += module.options
    for source in batch { command += ["-o", source.object] }
    return command
  }

  private func dependencies(of source: ReplayPlan.Source) -> String {
    "\(directory)/\(Self.name(of: source.dependencies))"
  }

  private func serialized(_ source: ReplayPlan.Source) -> String {
    dependencies(of: source) + ".dia"
  }

  private static func name(of path: String) -> Substring {
    path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
  }

  /// One core is the interface's. Two compilers read the same twice, so it takes some sources to make
  /// the second worth it.
  private static func batches(_ sources: [ReplayPlan.Source]) -> [[ReplayPlan.Source]] {
    let cores = max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
    let count = min(cores, max(1, sources.count / 6))
    guard count > 1 else { return [sources] }
    let size = (sources.count + count - 1) / count
    return stride(from: 0, to: sources.count, by: size)
      .map { Array(sources[$0..<min($0 + size, sources.count)]) }
  }

  // MARK: Interface

  fileprivate struct InterfaceResult {
    var lines: [ChildProcess.Output] = []
    var interface: ReplayState.Interface?
    var failed = false
  }

  private func interface() async -> Swift.Result<InterfaceResult, Doubt> {
    do throws(Doubt) {
      return .success(try await emitInterface())
    } catch {
      return .failure(error)
    }
  }

  private func emitInterface() async throws(Doubt) -> InterfaceResult {
    let path = "\(directory)/\(Self.name(of: module.swiftmodule))"
    let stem = path.dropLast(".swiftmodule".count)
    let options = [
      "-emit-module-doc-path", "\(stem).swiftdoc",
      "-emit-module-source-info-path", "\(stem).swiftsourceinfo",
      "-o", path,
    ]
    let end = try await job([module.compiler] + module.interface + options).run()
    guard end.succeeded else {
      guard end.end == .exited(1) else { throw Doubt("a compiler", endedBy: end.end) }
      return InterfaceResult(lines: end.lines, failed: true)
    }
    var interface = ReplayState.Interface(directory: directory, stamp: nil, wrapped: nil)
    if let original = module.wrapped {
      let wrapped = "\(directory)/\(Self.name(of: original))"
      if !wrap(path, original, into: wrapped) {
        let arguments = ["-modulewrap", path, "-target", module.target, "-o", wrapped]
        let end = try await job([module.compiler] + arguments).run()
        guard end.succeeded else { throw Doubt("the interface of \(module.name) is not wrapped") }
      }
      interface.wrapped = wrapped
    }
    return InterfaceResult(lines: end.lines, interface: interface)
  }

  /// Wraps an interface without the compiler, if SwiftPM's own is as it would have been made so.
  private func wrap(_ path: String, _ original: String, into wrapped: String) -> Bool {
    let files = FileManager.default
    guard let old = files.contents(atPath: module.swiftmodule),
      let object = files.contents(atPath: original), let new = files.contents(atPath: path),
      let bytes = WrappedInterface.replacing(Array(old), by: Array(new), in: Array(object))
    else { return false }
    return (try? AtomicFile.write(bytes, to: wrapped)) != nil
  }

  private func job(_ command: [String]) -> ReplayJob {
    ReplayJob(command: command, directory: packageDirectory, toolchain: toolchain)
  }
}
