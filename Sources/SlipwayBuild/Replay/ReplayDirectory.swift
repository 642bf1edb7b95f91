import FoundationEssentials
import Glibc
import SlipwaySystem

/// Where the plan of one product and what was replayed of it are kept: below SwiftPM's scratch
/// directory, so that they go when that is removed.
struct ReplayDirectory: Sendable {
  let path: String

  init(for request: BuildRequest) {
    path =
      "\(request.scratchDirectory)/slipway/\(request.product)-\(request.configuration.rawValue)"
  }

  private var planFile: String { "\(path)/plan.json" }
  private var stateFile: String { "\(path)/state.json" }
  private var baselineFile: String { "\(path)/baseline.json" }

  func plan() -> ReplayPlan? { read(planFile) }
  func state() -> ReplayState? { read(stateFile) }
  func baseline() -> Baseline? { read(baselineFile) }

  func store(_ plan: ReplayPlan) throws(Doubt) { try write(plan, to: planFile) }
  func store(_ state: ReplayState) throws(Doubt) { try write(state, to: stateFile) }
  func store(_ baseline: Baseline) throws(Doubt) { try write(baseline, to: baselineFile) }

  /// The directory of one replay.
  func directory(_ number: Int) -> String { "\(path)/\(number)" }

  /// Forgets everything; what SwiftPM has made is left alone.
  func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Removes the directories of replays of which nothing is used any more.
  func prune(_ state: ReplayState) {
    var used = Set(state.units.values.flatMap { [$0.object, $0.dependencies] })
    used.formUnion(state.interfaces.values.flatMap { [$0.directory, $0.wrapped ?? ""] })
    if let library = state.library { used.insert(library) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where Int(name) != nil {
      let directory = "\(path)/\(name)/"
      guard !used.contains(where: { ($0 + "/").hasPrefix(directory) }) else { continue }
      try? FileManager.default.removeItem(atPath: directory)
    }
  }

  static func create(_ directory: String) throws(Doubt) {
    do {
      try FileManager.default.createDirectory(
        atPath: directory,
        withIntermediateDirectories: true
      )
    } catch {
      throw Doubt("\(directory) cannot be created")
    }
  }

  private func read<Value: Decodable>(_ file: String) -> Value? {
    guard let content = FileManager.default.contents(atPath: file) else { return nil }
    return try? JSONDecoder().decode(Value.self, from: content)
  }

  private func write(_ value: some Encodable, to file: String) throws(Doubt) {
    try Self.create(path)
    guard let json = try? JSONEncoder().encode(value) else { return }
    do {
      try AtomicFile.write(json, to: file)
    } catch {
      throw Doubt(error.message)
    }
  }
}

/// The build by SwiftPM that a plan may be made from.
struct Baseline: Codable, Sendable {
  var identity: ReplayPlan.Identity

  /// When it began, in nanoseconds since 1970: only sources that are older are sure to be in it.
  var began: Int64

  /// SwiftPM's plan and the library when it had ended.
  var plan: FileStamp
  var library: FileStamp
}
