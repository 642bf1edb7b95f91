import Foundation
import Logging
import SlipwayBuild
import Testing

/// A package that is built by replays and by SwiftPM in turn.
struct PackageUnderTest {
  let directory: String
  let request: BuildRequest
  private let build: ProductBuild
  private let toolchain: Toolchain

  init(_ directory: String, _ build: ProductBuild, _ toolchain: Toolchain) {
    self.directory = directory
    self.build = build
    self.toolchain = toolchain
    request = BuildRequest(packageDirectory: directory, product: "Lib")
  }

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

  /// What `swift build` by hand says.
  func swiftBuild() async throws -> BuildOutcome {
    try await SwiftBuild(toolchain: toolchain, logger: Logger(label: "test"))
      .build(request) { _ in }
  }

  /// Saves, replays, and then builds by hand: the libraries have to be the same, byte for byte, and
  /// a second build by hand finds nothing to do.
  func expectTheSame(
    after sources: [String: String],
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let rebuilt = try await rebuild(changed: save(sources))
    let replayed = try #require(rebuilt.outcome.success, sourceLocation: location)
    #expect(rebuilt.isReplay, sourceLocation: location)
    let ours = try Data(contentsOf: URL(filePath: replayed.libraryPath))
    let byHand = try #require(try await swiftBuild().success, sourceLocation: location)
    let theirs = try Data(contentsOf: URL(filePath: byHand.libraryPath))
    #expect(ours == theirs, "the libraries differ", sourceLocation: location)
    if ours != theirs, let keep = ProcessInfo.processInfo.environment["REPLAY_KEEP"] {
      try ours.write(to: URL(filePath: keep + "/ours.so"))
      try theirs.write(to: URL(filePath: keep + "/theirs.so"))
    }
    try await buildWithSwiftPM(location)
    let after = try Data(contentsOf: URL(filePath: byHand.libraryPath))
    #expect(after == theirs, "SwiftPM made another library", sourceLocation: location)
  }
}
