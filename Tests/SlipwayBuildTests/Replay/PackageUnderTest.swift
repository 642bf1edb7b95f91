import Foundation
import Logging
import SlipwayBuild
import Testing

/// What builds, and waits for nobody else's builds.
struct ReplayTools {
  let toolchain: Toolchain
  let build: ProductBuild

  init() {
    let locks = "\(FileManager.default.temporaryDirectory.path)/slipway-build-tests-locks"
    try? FileManager.default.createDirectory(atPath: locks, withIntermediateDirectories: true)
    toolchain = Toolchain(
      environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": locks]) { $1 }
    )
    var logger = Logger(label: "test")
    logger.logLevel = ProcessInfo.processInfo.environment["REPLAY_LOG"] == nil ? .info : .debug
    build = ProductBuild(toolchain: toolchain, logger: logger)
  }
}

/// A package that is built by replays and by SwiftPM in turn.
struct PackageUnderTest {
  let directory: String
  let request: BuildRequest
  private let build: ProductBuild
  private let toolchain: Toolchain

  init(
    _ directory: String,
    _ build: ProductBuild,
    _ toolchain: Toolchain,
    _ request: BuildRequest? = nil
  ) {
    self.directory = directory
    self.build = build
    self.toolchain = toolchain
    self.request =
      request
      ?? BuildRequest(
        packageDirectory: directory,
        product: "Lib",
        extraArguments: [Self.planningAnew]
      )
  }

  /// SwiftPM keeps its plan where only the flags are others, and would not heed those for the linker.
  static let planningAnew = "--disable-build-manifest-caching"

  /// Builds as the first build does, and makes the plan.
  func buildWithSwiftPM(_ location: SourceLocation = #_sourceLocation) async throws {
    // What is as old as the build is compiled by the first replay, to be sure.
    try await Task.sleep(for: .milliseconds(100))
    let outcome = try await build.build(request, changed: []) { _ in }
    let success = try #require(outcome.success, sourceLocation: location)
    #expect(success.stages == nil, "that was a replay", sourceLocation: location)
    await build.prepare(request)
  }

  /// Saves sources; returns their paths.
  func save(_ sources: [String: String]) throws -> [String] {
    for (path, text) in sources { try write(text, to: "\(directory)/\(path)") }
    return sources.keys.map { "\(directory)/\($0)" }
  }

  /// Builds after a save, and says whether that was a replay.
  func rebuild(changed: [String]) async throws -> (outcome: BuildOutcome, isReplay: Bool) {
    let outcome = try await build.build(request, changed: changed) { _ in }
    let isReplay =
      switch outcome {
      case .succeeded(let success): success.stages != nil
      case .failed(let failure): failure.isReplay
      }
    return (outcome, isReplay)
  }

  /// The interfaces of a module that replays have made since SwiftPM built last.
  func interfaces(of module: String) -> [String] {
    let replays = "\(request.scratchDirectory)/slipway/\(request.product)-debug"
    return (FileManager.default.subpaths(atPath: replays) ?? [])
      .filter { $0.hasSuffix("/\(module).swiftmodule") }
  }

  /// What `swift build` by hand says.
  func swiftBuild() async throws -> BuildOutcome {
    try await SwiftBuild(toolchain: toolchain, logger: Logger(label: "test"))
      .build(request) { _ in }
  }

  /// The library that `swift build` by hand makes, with the linker that has linked `ours`: that changes
  /// nothing but the link.
  func bytesOfSwiftPM(
    for request: BuildRequest,
    like ours: Data,
    _ location: SourceLocation = #_sourceLocation
  ) async throws -> Data {
    var request = request
    if Self.isLinkedByLLD(ours) { request.extraArguments += ["-Xswiftc", "-use-ld=lld"] }
    let outcome = try await SwiftBuild(toolchain: toolchain, logger: Logger(label: "test"))
      .build(request) { _ in }
    let success = try #require(outcome.success, sourceLocation: location)
    return try Data(contentsOf: URL(filePath: success.libraryPath))
  }

  /// Saves, replays, and then builds by hand: the libraries have to be the same, byte for byte. After
  /// that SwiftPM builds as before.
  func expectTheSame(
    after sources: [String: String],
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let rebuilt = try await rebuild(changed: save(sources))
    let replayed = try #require(rebuilt.outcome.success, sourceLocation: location)
    #expect(rebuilt.isReplay, sourceLocation: location)
    let ours = try Data(contentsOf: URL(filePath: replayed.libraryPath))
    #expect(Self.isLinkedByLLD(ours), sourceLocation: location)
    let theirs = try await bytesOfSwiftPM(for: request, like: ours, location)
    #expect(ours == theirs, "the libraries differ", sourceLocation: location)
    if ours != theirs, let keep = ProcessInfo.processInfo.environment["REPLAY_KEEP"] {
      try ours.write(to: URL(filePath: keep + "/ours.so"))
      try theirs.write(to: URL(filePath: keep + "/theirs.so"))
    }
    try await buildWithSwiftPM(location)
  }

  /// Builds by hand after this, from nothing but the sources and what SwiftPM has of its own: the
  /// library has to be the same.
  func expectLibraryOfSwiftPM(
    _ outcome: BuildOutcome,
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let success = try #require(outcome.success, sourceLocation: location)
    let ours = try Data(contentsOf: URL(filePath: success.libraryPath))
    let theirs = try await bytesOfSwiftPM(for: request, like: ours, location)
    #expect(ours == theirs, "the libraries differ", sourceLocation: location)
  }

  /// Saves what does not compile, replays, and builds by hand: both have to find the same.
  @discardableResult
  func expectTheSameFindings(
    after sources: [String: String],
    _ location: SourceLocation = #_sourceLocation
  ) async throws -> [Diagnostic] {
    try await nextSecond()
    let rebuilt = try await rebuild(changed: save(sources))
    let ours = try #require(rebuilt.outcome.failure, sourceLocation: location)
    #expect(rebuilt.isReplay, sourceLocation: location)
    let theirs = try #require(try await swiftBuild().failure, sourceLocation: location)
    #expect(ours.reason == theirs.reason, sourceLocation: location)
    #expect(
      Set(ours.diagnostics.map(Shown.init)) == Set(theirs.diagnostics.map(Shown.init)),
      sourceLocation: location
    )
    // As it was.
    try await nextSecond()
    let healed = try save(portPackage.filter { sources.keys.contains($0.key) })
    #expect(try await rebuild(changed: healed).outcome.success != nil, sourceLocation: location)
    await build.prepare(request)
    return ours.diagnostics
  }

  /// Waits until what SwiftPM builds by hand is told apart from what it has built before: it compares
  /// times in whole seconds, and nobody helps it here.
  func nextSecond() async throws {
    let now = Date.now.timeIntervalSince1970
    try await Task.sleep(for: .seconds(1.05 - (now - now.rounded(.down))))
  }

  /// Linkers sign what they make, in the section `.comment`.
  static func isLinkedByLLD(_ library: Data) -> Bool {
    library.range(of: Data("Linker: LLD ".utf8)) != nil
  }

  /// What is shown of a finding.
  private struct Shown: Hashable {
    let severity: Diagnostic.Severity
    let place: String
    let message: String
    let excerpt: String?
    let notes: [String]
    let proposals: [String]

    init(_ diagnostic: Diagnostic) {
      severity = diagnostic.severity
      place =
        "\(diagnostic.file ?? ""):\(diagnostic.line ?? 0):\(diagnostic.column ?? 0)"
      message = diagnostic.message
      excerpt = diagnostic.excerpt
      notes = diagnostic.notes.map(\.message).sorted()
      proposals = (diagnostic.fixIts + diagnostic.notes.flatMap(\.fixIts))
        .map { "\($0)" }.sorted()
    }
  }
}
