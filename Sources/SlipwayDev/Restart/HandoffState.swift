import FoundationEssentials
package import SlipwayCore
package import SlipwaySystem
package import SlipwayWatch

/// Everything that one generation leaves to the next.
///
/// Descriptors are open in the next generation under the same numbers.
package struct HandoffState: Codable {
  /// One unit of the configuration, in its order.
  package struct Unit: Codable {
    package var package: String
    package var product: String?
    package var library: String?
    package var failure: ErrorPage?
    package var isRetryable: Bool
    package var isDirty: Bool
    /// Files that have changed since the last good build.
    package var changed: [String]
    /// Crashes of late; nil if there were none.
    package var crashes: CrashHistory?
    /// The library is not loaded any more, because it crashes.
    package var isHeldBack: Bool?
  }

  /// A connection that is taken along. Its unread bytes are in a section of their own.
  package struct Connection: Codable {
    package var descriptor: Int32
    package var byteCount: Int
    package var heldSince: UInt64?
    /// Where the client is, if that is not the other end of the socket.
    package var origin: ConnectionOrigin?
    /// What a tunnel of the server's own has to know to go on; nil if it is none.
    package var tunnel: String?
  }

  /// The generation that reads this.
  package var generation: Int

  package var configuration: DevConfiguration

  /// Listening sockets, with what they were asked to listen on.
  package var listeners: [Listener]

  package struct Listener: Codable {
    package var address: ListenAddress
    package var descriptor: Int32
  }

  /// The process that speaks HTTPS, if there is one.
  package var front: Front.Handoff?

  /// The debug socket and its session, if there is one.
  var debugging: Debugging.Handoff?

  /// What open pages are told.
  var live: LiveState.Value?

  /// Who may evaluate code.
  var console: ConsoleGuard.Value?

  package var lock: Int32

  /// The inotify instance of the previous generation, which takes its time to be closed; nil if nothing
  /// was watched.
  package var watcher: Int32?

  package var units: [Unit]
  package var connections: [Connection]

  /// Why the previous generation ended.
  package var reason: RestartReason

  /// When it was ordered to, in nanoseconds of the monotonic clock, which all generations share.
  package var orderedAt: UInt64

  /// What the save that led to this took so far.
  package var timeline: SaveTimeline?

  /// Whether the line for machines has been printed.
  package var isAnnounced: Bool

  /// Whether a hangup ends the server: whether it was started from a terminal. After the hangup
  /// nobody could tell any more.
  package var endsOnHangup: Bool?

  /// The terminal's settings from before the first generation.
  package var terminal: [UInt8]?
}

extension HandoffState {
  private enum Section {
    static let state = "state"
    static let tree = "tree"
    static let bytes = "bytes"
  }

  /// Packs the state with what is too bulky for JSON.
  package func record(tree: TreeSnapshot?, bytes: [[UInt8]]) throws -> HandoffRecord {
    var record = HandoffRecord()
    record[Section.state] = Array(try JSONEncoder().encode(self))
    record[Section.tree] = tree?.encoded()
    record[Section.bytes] = Array(bytes.joined())
    return record
  }

  /// The state in a record, the tree as it was last reported, and the connections' bytes in the
  /// order of `connections`.
  package static func unpack(
    _ record: HandoffRecord
  ) throws(SystemError) -> (state: HandoffState, tree: TreeSnapshot?, bytes: [ArraySlice<UInt8>]) {
    let json = record[Section.state] ?? []
    let state: HandoffState
    do {
      state = try JSONDecoder().decode(HandoffState.self, from: Data(json))
    } catch {
      throw .unreadableHandoff("another version of Slipway wrote it")
    }
    var rest = (record[Section.bytes] ?? [])[...]
    let bytes = state.connections.map { connection in
      let taken = rest.prefix(max(0, connection.byteCount))
      rest = rest.dropFirst(taken.count)
      return taken
    }
    return (state, record[Section.tree].flatMap { TreeSnapshot(decoding: $0) }, bytes)
  }
}
