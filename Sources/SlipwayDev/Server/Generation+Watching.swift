import SlipwayCore
import SlipwaySystem
import SlipwayWatch
import Synchronization
import SystemPackage

extension Generation {
  /// Begins to watch, after a restart on a thread of its own, beside the loading of what was built: all is
  /// uncertain until it is done, so nobody is answered. Should something have changed during build and
  /// exec, which is rare, there is one more restart.
  func watchSources(after inheritance: Inheritance?) {
    // It takes the kernel longer to close it than an application to be loaded.
    let last = inheritance?.state.watcher.map(FileDescriptor.init(rawValue:))
    guard let watch, let inheritance, let tree = inheritance.tree, inheritance.crash == nil,
      !inheritance.state.units.contains(where: \.isDirty)
    else {
      watchSources(since: inheritance?.tree)
      return aside("slipway-close") { try? last?.close() }
    }
    watch.expect(tree)
    aside("slipway-rewatch") { [self] in
      watchSources(since: tree)
      try? last?.close()
    }
  }

  private func aside(_ name: String, _ body: @escaping @Sendable () -> Void) {
    do throws(Errno) {
      try NamedThread.detach(name, body)
    } catch {
      body()
    }
  }

  /// Begins to watch. What changed since `previous` is reported before this returns.
  func watchSources(since previous: TreeSnapshot?) {
    guard let watch else { return }
    let began = ContinuousClock.now
    do throws(WatchError) {
      try watch.watch({ purpose }, since: previous)
    } catch {
      return foundations.events.post(.problem(error))
    }
    // Once is enough: it is the same after every restart, but for new directories.
    guard foundations.number == 1 || foundations.configuration.verbosity > 0 else { return }
    let (directories, files) = watch.statistics
    foundations.events.post(
      .watching(directories: directories, files: files, took: ContinuousClock.now - began)
    )
  }

  /// Watches packages that a build has found the unit to depend on. If something changed in them
  /// since the build began, nobody saw it, and the unit is built once more. Called on the builder's
  /// thread.
  /// - Parameter began: nanoseconds since the epoch.
  func watchNewDependencies(of unit: MountPlan.Unit, builtSince began: Int64) {
    guard let watch, dependencies.refresh(unit), let index = plan.units.firstIndex(of: unit)
    else { return }
    watchSources(since: nil)
    let places = dependencies.sources(of: unit).filter { $0 != unit.package }
    guard watch.snapshot()?.hasChanges(since: began, in: places) ?? true else { return }
    inbox.send(.changed(gate.close(changed: [UnitID(index)])))
  }

  private var purpose: SourceWatch.Purpose {
    let places = WatchedPlaces(plan, dependencies, foundations.configuration, modules: modules)
    let classifier = places.classifier
    return SourceWatch.Purpose(
      roots: places.roots,
      onTouch: { [clock] in clock.restart() },
      onSave: { [self] in begin(with: $0, classifier) },
      onChange: { [self] in deal(with: $0, asSaved: $1, classifier) },
      onCertain: { [gateway] in gateway.reconsiderHeld() },
      onProblem: { [events = foundations.events] in events.post(.problem($0)) }
    )
  }

  /// Builds what has been saved, though more may come: compilers take longer than it takes to know. A
  /// restart or a page that reloads would be seen, and waits. Called on the watch thread.
  private func begin(with changes: [Change], _ classifier: ChangeClassifier) {
    let paths = relevant(changes)
    let verdict = classifier.classify(paths)
    guard !verdict.isConfigurationChanged, verdict.others.isEmpty, !verdict.units.isEmpty,
      !verdict.units.contains(where: { modules.isPython(plan.units[$0.index]) })
    else { return }
    clock.mark(\.settled)
    begun.withLock { $0 = verdict.units }
    inbox.send(.saved(note(paths, verdict)))
  }

  /// Closes the gate, then tells everybody. Called on the watch thread.
  private func deal(with changes: [Change], asSaved: Bool, _ classifier: ChangeClassifier) {
    let begun = begun.withLock { begun in
      defer { begun = [] }
      return begun
    }
    if asSaved, !begun.isEmpty { return inbox.send(.settled) }
    let paths = relevant(changes)
    guard !paths.isEmpty || !begun.isEmpty else { return }
    clock.mark(\.settled)
    var verdict = classifier.classify(paths)
    // What has been begun may have been taken back.
    verdict.units.formUnion(begun)
    let epochs = note(paths, verdict)
    let served = plan.paths(ofFiles: verdict.others)
    if !served.isEmpty { foundations.live.filesChanged(served) }
    if !epochs.isEmpty { inbox.send(.changed(epochs)) }
    // One that is not good, or not another one, holds nobody for longer than it takes to read it.
    if verdict.isConfigurationChanged, newConfiguration.reread() {
      inbox.send(.configurationChanged(gate.close(changed: plan.units.indices.map(UnitID.init))))
    }
  }

  /// SwiftPM writes down what it has resolved, while it builds: that is no reason to build again.
  private func relevant(_ changes: [Change]) -> [String] {
    let isBuilding = builds.isBuilding
    return changes.map(\.path).filter { !isBuilding || !$0.hasSuffix("/Package.resolved") }
  }

  private func note(_ paths: [String], _ verdict: ChangeClassifier.Verdict) -> [UnitID: Epoch] {
    let epochs = gate.close(changed: verdict.units)
    for unit in verdict.units { changed.note(paths, of: plan.units[unit.index]) }
    guard !paths.isEmpty else { return epochs }
    let base = foundations.configuration.directory + "/"
    foundations.events.post(
      .changed(
        paths: paths.prefix(10).map { $0.hasPrefix(base) ? String($0.dropFirst(base.count)) : $0 },
        total: paths.count
      )
    )
    return epochs
  }
}
