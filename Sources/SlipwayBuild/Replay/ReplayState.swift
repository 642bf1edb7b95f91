/// What has been made so far by replaying a plan: which object belongs to which text of a source.
///
/// Objects that SwiftPM made stay where they are until their source is compiled again. Then they are
/// moved away, so that SwiftPM never finds an object there that is not of its own making: whatever
/// it builds later begins with compiling these sources.
struct ReplayState: Codable, Sendable {
  struct Unit: Codable, Sendable {
    /// The source when its compilation began; nil if it is not known, so that it is compiled.
    var source: FileStamp?

    var object: String

    /// Of an object in SwiftPM's place; nil of our own.
    var stamp: FileStamp?

    /// What is known of the declarations; empty for C.
    var dependencies: String

    /// The sources that had to be compiled along with this one when it last changed.
    var followers: [String] = []
  }

  /// By the path of the source.
  var units: [String: Unit]

  /// The newest interfaces of modules, where they are not SwiftPM's.
  var interfaces: [String: Interface] = [:]

  struct Interface: Codable, Sendable, Equatable {
    /// Where the interface and what belongs to it lie.
    var directory: String

    /// Of the interface in SwiftPM's place, if other modules have been compiled with it: they find it
    /// there, for its path is in what the debugger is told.
    var stamp: FileStamp?

    /// The object that carries the interface.
    var wrapped: String?
  }

  /// The newest library; nil if what has been compiled is still to be linked.
  var library: String?

  /// Counts the replays, each of which has a directory of its own.
  var number = 0

  /// Takes note of objects that have been moved out of SwiftPM's place, and are still the newest.
  mutating func adopt(_ places: [String: String]) {
    for (source, unit) in units {
      guard let moved = places[unit.object] else { continue }
      units[source]?.object = moved
      units[source]?.stamp = nil
    }
  }

  func adopting(_ places: [String: String]) -> Self {
    var adopted = self
    adopted.adopt(places)
    return adopted
  }
}
