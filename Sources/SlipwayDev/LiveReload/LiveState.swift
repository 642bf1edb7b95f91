package import SlipwayCore
import SlipwaySystem
import Synchronization

/// What pages need to know to be right: which code answers now, what is broken, which files have
/// changed since.
///
/// A page names the version it was given out with, in the address of its script; whatever it missed,
/// before it listened or while its connection was broken, it is told when it listens.
package final class LiveState: PushChannel.Source {
  /// The files of one save, as paths of this server; an empty path for one that no page can name.
  package struct Change: Sendable, Equatable, Codable {
    package var number: Int
    package var paths: [String]
  }

  /// A request of an open page that failed: the page does not show it, so it is told.
  package struct Incident: Sendable, Equatable, Codable {
    package var number: Int
    /// The address of the page that made the request, as its browser says.
    package var referrer: String
    package var page: ErrorPage
  }

  /// What goes from generation to generation.
  package struct Value: Sendable, Equatable, Codable {
    /// Another one each time the server is started.
    package var run: String
    package var token: String
    /// Counts the generations that began with new code or a new configuration, not with a crash.
    package var edition = 1
    /// The last of the saves that no restart follows; see `nextNumber(after:)`.
    package var number = 0
    /// The latest of them.
    package var changes: [Change] = []
    /// The last one before these.
    package var forgotten = 0
    /// The latest.
    package var incident: Incident?
    /// Counts the outlooks.
    package var news = 0

    package var version: String { "\(run).\(edition).\(number).\(incident?.number ?? 0).\(news)" }
  }

  /// Saves that are remembered; a page that has missed more is asked for again.
  private static let memory = 50

  private struct State {
    var value: Value { didSet { scriptSource = Self.scriptSource(of: value) } }
    var outlook: Outlook
    var progress: Progress?
    /// Kept: every page asks for it.
    private(set) var scriptSource: String

    init(_ value: Value, _ outlook: Outlook) {
      self.value = value
      self.outlook = outlook
      scriptSource = Self.scriptSource(of: value)
    }

    private static func scriptSource(of value: Value) -> String {
      "/_slipway/live.js?v=\(value.version)"
    }
  }

  private let state: Mutex<State>

  /// - Parameter isNewCode: Whether this generation has other code than the one that left `value`.
  package init(inheriting value: Value?, isNewCode: Bool) {
    var value = value ?? Value(run: Secret.random(words: 1), token: Secret.random(words: 2))
    if isNewCode { value.edition += 1 }
    state = Mutex(State(value, Outlook(state: .starting, failures: [])))
  }

  package var value: Value { state.withLock(\.value) }

  /// The path and query of the script in pages.
  package var scriptSource: String { state.withLock { $0.scriptSource } }

  // MARK: What happens; each gives what pages are to be told

  /// Takes note of a save that no restart follows.
  package func note(changed paths: [String]) -> (message: String, version: String) {
    state.withLock { state in
      state.value.number = Self.nextNumber(after: state.value.number)
      let change = Change(number: state.value.number, paths: paths)
      state.value.changes.append(change)
      if state.value.changes.count > Self.memory {
        state.value.forgotten = state.value.changes.removeFirst().number
      }
      return (LiveMessage.changed(change), state.value.version)
    }
  }

  package func note(
    failed page: ErrorPage,
    askedForBy referrer: String
  ) -> (message: String, version: String) {
    state.withLock { state in
      let number = Self.nextNumber(after: state.value.incident?.number ?? 0)
      let incident = Incident(number: number, referrer: referrer, page: page.shortened)
      state.value.incident = incident
      return (LiveMessage.incident(incident), state.value.version)
    }
  }

  /// nil if nothing has changed.
  package func note(_ outlook: Outlook) -> String? {
    state.withLock { state in
      guard state.outlook != outlook else { return nil }
      state.outlook = outlook
      state.progress = nil
      state.value.news += 1
      return LiveMessage.state(outlook, state.value)
    }
  }

  package func note(_ progress: Progress) -> String {
    state.withLock { $0.progress = progress }
    return LiveMessage.progress(progress)
  }

  /// By the clock, in microseconds: what a crash leaves may lack the latest, whose number must not come
  /// again.
  private static func nextNumber(after number: Int) -> Int {
    max(number + 1, Int(clamping: MonotonicClock.nanoseconds / 1_000))
  }

  /// What has come of the code that requests are held for, in a few words.
  package var situation: String {
    let (outlook, progress) = state.withLock { ($0.outlook, $0.progress) }
    return outlook.sentence(progress)
  }

  // MARK: PushChannel.Source

  package func admits(query: String) -> Bool {
    Secret.isSame(Self.parameter("t", of: query) ?? "", value.token)
  }

  package func greeting(after mark: String) -> (message: String, mark: String) {
    let (value, outlook) = state.withLock { ($0.value, $0.outlook) }
    let missed = value.missed(since: Self.parameter("v", of: mark) ?? mark)
    let message = LiveMessage.hello(value, outlook, paths: missed.paths, missed.incident)
    return (message, value.version)
  }

  private static func parameter(_ name: String, of query: String) -> String? {
    query.split(separator: "&").first { $0.hasPrefix("\(name)=") }
      .map { String($0.dropFirst(name.count + 1)) }
  }
}

extension LiveState.Value {
  /// What has happened since a version of this run and edition; other versions get all of it anew.
  fileprivate func missed(since version: String) -> (paths: [String], incident: LiveState.Incident?)
  {
    let parts = version.split(separator: ".")
    guard parts.count == 5, parts[0] == run, Int(parts[1]) == edition, let known = Int(parts[2]),
      let incidents = Int(parts[3])
    else { return ([], nil) }
    let incident = incident.flatMap { $0.number > incidents ? $0 : nil }
    guard known < number else { return ([], incident) }
    // It may be the number of a save that a crash has made us forget.
    guard known == forgotten || changes.contains(where: { $0.number == known }) else {
      return ([""], incident)
    }
    return (changes.filter { $0.number > known }.flatMap(\.paths), incident)
  }
}
