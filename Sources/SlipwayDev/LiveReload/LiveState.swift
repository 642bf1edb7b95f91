import SlipwayCore
import Synchronization

/// What pages need to know to be right: which code answers now, which files have changed since.
///
/// A page names the version it was given out with, in the address of its script; whatever it missed,
/// before it listened or while its connection was broken, it is told when it listens.
final class LiveState: PushChannel.Source {
  /// The files of one save, as paths of this server; an empty path for one that no page can name.
  struct Change: Sendable, Equatable, Codable {
    var number: Int
    var paths: [String]
  }

  /// What is so now. Goes from generation to generation.
  struct Value: Sendable, Equatable, Codable {
    /// Another one each time the server is started.
    var run: String
    var token: String
    /// Counts the generations that began with new code or a new configuration, not with a crash.
    var edition = 1
    /// Counts the saves that no restart follows.
    var number = 0
    /// The latest of them.
    var changes: [Change] = []

    var version: String { "\(run).\(edition).\(number)" }
  }

  /// Saves that are remembered; a page that has missed more is asked for again.
  private static let memory = 50

  private let state: Mutex<(value: Value, isReady: Bool)>

  /// - Parameter isNewCode: Whether this generation has other code than the one that left `value`.
  init(inheriting value: Value?, isNewCode: Bool) {
    var value = value ?? Value(run: Self.secret(), token: Self.secret() + Self.secret())
    if isNewCode { value.edition += 1 }
    state = Mutex((value, false))
  }

  /// From the system's generator: nobody can guess it.
  private static func secret() -> String {
    String(UInt64.random(in: 0...UInt64.max), radix: 36)
  }

  var value: Value { state.withLock(\.value) }

  /// The path and query of the script in pages.
  var scriptSource: String { "/_slipway/live.js?v=\(value.version)" }

  /// Takes note of a save, and gives what pages are to be told, and its version.
  func note(changed paths: [String]) -> (message: String, version: String) {
    state.withLock { state in
      state.value.number += 1
      let change = Change(number: state.value.number, paths: paths)
      state.value.changes = (state.value.changes + [change]).suffix(Self.memory)
      var line = JSONLine()
      line.add("type", "changed")
      line.add("number", change.number)
      line.add("paths", paths.map(JSONLine.Value.string))
      return (line.text, state.value.version)
    }
  }

  /// The newest code answers. Gives what pages are to be told.
  func noteReady() -> String {
    state.withLock { state in
      state.isReady = true
      var line = JSONLine()
      line.add("type", "ready")
      line.add("edition", state.value.edition)
      return line.text
    }
  }

  /// Something is being built, or is broken.
  func noteBusy() { state.withLock { $0.isReady = false } }

  // MARK: PushChannel.Source

  func admits(query: String) -> Bool {
    let given = Array((Self.parameter("t", of: query) ?? "").utf8)
    let token = Array(value.token.utf8)
    // In the same time whatever is wrong with it.
    return given.count == token.count && zip(given, token).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  func greeting(after mark: String) -> (message: String, mark: String) {
    let (value, isReady) = state.withLock { $0 }
    var line = JSONLine()
    line.add("type", "hello")
    line.add("run", value.run)
    line.add("edition", value.edition)
    line.add("number", value.number)
    line.add("ready", isReady)
    let paths = value.paths(missedBy: Self.parameter("v", of: mark) ?? mark)
    line.add("paths", paths.map(JSONLine.Value.string))
    return (line.text, value.version)
  }

  private static func parameter(_ name: String, of query: String) -> String? {
    query.split(separator: "&").first { $0.hasPrefix("\(name)=") }
      .map { String($0.dropFirst(name.count + 1)) }
  }
}

extension LiveState.Value {
  /// What has changed since a version of this run and edition; other versions get all of it anew.
  fileprivate func paths(missedBy version: String) -> [String] {
    let parts = version.split(separator: ".")
    guard parts.count == 3, parts[0] == run, let known = Int(parts[2]) else { return [] }
    guard known < number else { return [] }
    guard let first = changes.first?.number, first <= known + 1 else { return [""] }
    return changes.filter { $0.number > known }.flatMap(\.paths)
  }
}
