import SlipwayCore
import SlipwaySystem
import SlipwayWatch
import Synchronization
import SystemPackage

/// A handoff record that is always ready, for the case that the image ends without being asked.
///
/// It has everything that a restart hands over but the connections, which are in the crash area. The
/// descriptor keeps its number, for a handler that cannot compose anything has that in its
/// environment; what stands behind it is replaced as a whole.
final class Standby: Sendable {
  private struct State {
    /// The tree as it was when nothing was under way; older than the truth is allowed, newer is not.
    var tree: TreeSnapshot?
  }

  /// Under which the record always is.
  private let descriptor: FileDescriptor
  private let area: CrashArea
  private let state = Mutex(State())

  init(area: CrashArea) throws(SystemError) {
    self.area = area
    do throws(Errno) {
      descriptor = try area.descriptor.duplicated().release()
    } catch {
      throw .call("Reserving a descriptor", failedWith: error)
    }
  }

  /// The next image's environment.
  var variables: [String: String] { [HandoffRecord.variable: String(descriptor.rawValue)] }

  /// What a generation would have to know that begins now.
  struct Moment {
    var next: NextGeneration
    var units: [LoopMachine.Unit]
    /// Whether nothing is being built: then the tree is photographed too, and else the last photograph
    /// serves, which at worst costs a build.
    var isSettled: Bool
  }

  /// Writes the record anew. Any thread but one that must not block.
  ///
  /// - Parameter moment: is asked for one at a time, so that what is written last is what was so last.
  func write(_ moment: () -> Moment) throws {
    try state.withLock { state in
      let moment = moment()
      let next = moment.next
      if moment.isSettled { state.tree = next.watch?.snapshot() }
      let (content, kept) = next.state(of: moment.units)
      let record = try content.record(tree: state.tree, bytes: []).store()
      try record.descriptor.replace(descriptor)
      CrashGuard.keep(kept + [descriptor, area.descriptor])
    }
  }
}
