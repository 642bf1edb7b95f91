import Logging
import SlipwayBuild
import SlipwayCore
import SlipwayNative
import SlipwaySystem
import Synchronization

/// Builds one unit at a time, and puts the product where it can be loaded from.
///
/// Runs on a thread of its own: the application may have blocked Swift's pool.
final class BuildRunner: Sendable {
  /// How builds are made, and who is told.
  struct Setting: Sendable {
    var directory: StateDirectory
    var generation: Int
    var events: EventStream
    var logger: Logger
    var clock: SaveClock
    var build: BuildSettings

    /// Links to sources, if there is an editor.
    var editor: EditorLink?

    /// For `swift build`, beside the flags of `build`.
    var extraArguments: [String] = []

    /// Says on the page of a failure what may mend it. Blocks; called on the builder's thread.
    var advise: @Sendable (ErrorPage, MountPlan.Unit) -> ErrorPage

    /// Numbers the units, so that their libraries do not get into each other's way.
    var slot: @Sendable (MountPlan.Unit) -> Int

    /// Stands for the contents of a unit's sources; nil if they are not watched.
    var fingerprint: @Sendable (MountPlan.Unit) -> UInt64?
  }

  private let setting: Setting
  private let builder: ProductBuild
  private let inspector: PackageInspector
  private let store: LibraryStore
  private let executor = ThreadExecutor(name: "slipway-build")
  private let building = Atomic(false)
  private let running = Mutex<Task<Void, Never>?>(nil)

  private let changed: ChangedFiles

  /// - Parameter changed: what is in need of being built.
  init(_ setting: Setting, changed: ChangedFiles) {
    self.setting = setting
    self.changed = changed
    builder = ProductBuild(logger: setting.logger)
    inspector = PackageInspector(logger: setting.logger)
    store = LibraryStore(directory: setting.directory.path)
  }

  /// Starts a build. `completion` is called on the builder's thread, unless the build is cancelled.
  ///
  /// A build that was cancelled is waited for first: two would wait for each other's lock.
  /// - Parameter loaded: the library of the unit that is loaded in this image.
  func start(
    _ unit: MountPlan.Unit,
    loaded: String?,
    completion: @escaping @Sendable (BuildVerdict) -> Void
  ) {
    running.withLock { running in
      let previous = running
      running = Task(executorPreference: executor) { [self] in
        await previous?.value
        guard !Task.isCancelled, let verdict = await build(unit, loaded: loaded) else { return }
        completion(verdict)
      }
    }
  }

  /// Makes ready for the next build of these units, after whatever is running. What was cancelled or
  /// begun meanwhile is none the worse for it.
  func prepare(_ units: [MountPlan.Unit]) {
    running.withLock { running in
      let previous = running
      running = Task(executorPreference: executor) { [self] in
        await previous?.value
        for unit in units where !Task.isCancelled {
          guard let product = try? await product(of: unit) else { continue }
          await builder.prepare(request(for: product, of: unit))
        }
      }
    }
  }

  /// Removes the libraries of past generations, but for those that are still to be loaded. Before the
  /// first build, and not on the way of whoever calls.
  func prune(keeping libraries: [String]) {
    running.withLock { running in
      running = Task(executorPreference: executor) { [self] in
        store.prune(
          atGeneration: UInt32(clamping: setting.generation),
          keeping: Set(libraries)
        )
      }
    }
  }

  /// Whether `swift build` is running. Any thread.
  var isBuilding: Bool { building.load(ordering: .acquiring) }

  /// Ends the running build, with every process that it has started.
  func cancel() {
    running.withLock { $0?.cancel() }
  }

  /// Cancels the running build and waits until nothing of it is left, or `limit` is over.
  func stop(within limit: Duration) {
    guard let task = running.withLock({ $0 }) else { return }
    task.cancel()
    let done = Inbox<Void>()
    Task(executorPreference: executor) {
      await task.value
      done.send(())
    }
    _ = done.receive(within: limit)
  }

  /// nil if it was cancelled.
  private func build(_ unit: MountPlan.Unit, loaded: String?) async -> BuildVerdict? {
    let product: String
    do throws(BuildError) {
      product = try await self.product(of: unit)
    } catch {
      guard !Task.isCancelled else { return nil }
      let page = ErrorPage(error).linked(by: setting.editor)
      let name = unit.product ?? unit.package
      setting.events.post(
        .buildFailed(package: unit.package, product: name, took: .zero, page: page)
      )
      return .bad(page, isRetryable: error.diagnostics.isEmpty)
    }
    return await build(request(for: product, of: unit), unit, loaded)
  }

  private func product(of unit: MountPlan.Unit) async throws(BuildError) -> String {
    try await inspector.products(
      of: unit.package,
      cache: setting.directory.file("package", for: unit)
    )
    .choose(product: unit.product, in: unit.package)
  }

  private func request(for product: String, of unit: MountPlan.Unit) -> BuildRequest {
    BuildRequest(
      packageDirectory: unit.package,
      product: product,
      configuration: setting.build.configuration,
      extraArguments: setting.build.flags + setting.extraArguments
    )
  }

  private func build(
    _ request: BuildRequest,
    _ unit: MountPlan.Unit,
    _ loaded: String?
  ) async -> BuildVerdict? {
    let record = BuildRecord(path: setting.directory.file("build", for: unit))
    let fingerprint = setting.fingerprint(unit)
    if loaded == nil, let fingerprint,
      let library = record.upToDateLibrary(for: request, fingerprint: fingerprint)
    {
      return install(library, of: request, unit, loaded: loaded)
    }

    let changes = changed.changes(of: unit)
    let events = setting.events
    events.post(.buildStarted(package: request.packageDirectory, product: request.product))
    setting.clock.mark(\.buildBegan)
    building.store(true, ordering: .releasing)
    defer { building.store(false, ordering: .releasing) }
    let outcome = try? await builder.build(request, changed: changes.keys) { progress in
      events.post(
        .buildProgress(step: progress.step, of: progress.total, message: progress.message)
      )
    }
    switch outcome {
    case nil:
      return nil
    case .succeeded(let success):
      setting.clock.note(success.stages)
      setting.clock.mark(\.buildEnded)
      events.post(
        .buildSucceeded(
          package: request.packageDirectory,
          product: request.product,
          took: success.took,
          warnings: success.diagnostics
        )
      )
      changed.forget(changes, of: unit)
      if let fingerprint { remember(request, success.libraryPath, fingerprint, in: record) }
      defer { setting.clock.mark(\.copied) }
      let isFinal = success.stages != nil
      return install(success.libraryPath, of: request, unit, loaded: loaded, isFinal: isFinal)
    case .failed(let failure):
      let page = setting.advise(ErrorPage(failure).linked(by: setting.editor), unit)
      events.post(
        .buildFailed(
          package: request.packageDirectory,
          product: request.product,
          took: failure.took,
          page: page
        )
      )
      return .bad(page, isRetryable: !failure.isOfTheSources)
    }
  }

  private func remember(
    _ request: BuildRequest,
    _ library: String,
    _ fingerprint: UInt64,
    in record: BuildRecord
  ) {
    do throws(BuildError) {
      try record.store(request, fingerprint: fingerprint, library: library)
    } catch {
      setting.logger.notice("\(error.message)")
    }
  }

  private func install(
    _ library: String,
    of request: BuildRequest,
    _ unit: MountPlan.Unit,
    loaded: String?,
    isFinal: Bool = false
  ) -> BuildVerdict {
    do throws(NativeError) {
      if let loaded, store.isInstalled(library, as: loaded) { return .good(library: loaded) }
      // What this image cannot load, for it has loaded an older one, is for the next.
      let generation = setting.generation + (loaded == nil ? 0 : 1)
      return .good(
        library: try store.install(
          request.product,
          from: library,
          generation: UInt32(clamping: generation),
          slot: setting.slot(unit),
          isFinal: isFinal
        )
      )
    } catch {
      setting.events.post(.loadFailed(page: error.page))
      return .bad(error.page, isRetryable: true)
    }
  }
}
