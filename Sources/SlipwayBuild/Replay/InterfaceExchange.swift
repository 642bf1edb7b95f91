import FoundationEssentials
import Glibc

/// Puts new interfaces of modules into the places of SwiftPM's, where the compiler finds them for
/// other modules, and back again if nothing comes of it.
struct InterfaceExchange {
  private var moved: [(place: String, kept: String)] = []

  /// Returns the stamp of the interface in its place. What was there is kept beside the new one.
  mutating func install(
    _ interface: ReplayState.Interface,
    for module: ReplayPlan.Module
  ) throws(Doubt) -> FileStamp {
    let stem = String(module.swiftmodule.dropLast(".swiftmodule".count))
    let name = stem.split(separator: "/").last ?? ""
    for ending in [".swiftmodule", ".swiftdoc", ".swiftsourceinfo"] {
      let place = stem + ending
      let new = "\(interface.directory)/\(name)\(ending)"
      let kept = new + ".before"
      guard rename(place, kept) == 0 else { throw Doubt("\(place) cannot be moved") }
      moved.append((place, kept))
      do {
        try FileManager.default.copyItem(atPath: new, toPath: place)
      } catch {
        throw Doubt("\(place) cannot be written")
      }
    }
    guard let stamp = FileStamp(path: module.swiftmodule) else {
      throw Doubt("\(module.swiftmodule) is gone")
    }
    return stamp
  }

  /// As it was, with the same inodes and times.
  mutating func undo() {
    for (place, kept) in moved.reversed() { rename(kept, place) }
    moved = []
  }
}
