import FoundationEssentials
import Glibc
import Synchronization

/// Objects of SwiftPM's that have been moved out of its place because their sources are compiled.
///
/// They stay good until there are newer ones, and go back if SwiftPM is to build after all. Which
/// source has been compiled by a replay can be told by its object: there is none in SwiftPM's place.
final class Adoption: Sendable {
  private let directory: String
  private let moved = Mutex<[String: String]>([:])

  /// - Parameter directory: where adopted objects go.
  init(into directory: String) {
    self.directory = directory
  }

  /// Moves one object. What is there already is left alone.
  func adopt(_ place: String) throws(Doubt) {
    guard moved.withLock({ $0[place] }) == nil else { return }
    let new = directory + place
    try ReplayDirectory.create(Self.parent(of: new))
    guard rename(place, new) == 0 else { throw Doubt("\(place) cannot be moved") }
    moved.withLock { $0[place] = new }
  }

  /// Where the objects are now, by their places.
  var places: [String: String] { moved.withLock { $0 } }

  /// Moves everything back, with the same inodes and times.
  func undo() {
    moved.withLock { moved in
      for (place, new) in moved { rename(new, place) }
      moved = [:]
    }
  }

  static func parent(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
  }
}
