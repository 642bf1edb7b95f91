import Glibc
import SlipwayCore
import SlipwaySystem
import SlipwayWatch
import SystemPackage

/// What the previous generation has left, taken over.
struct Inheritance {
  let state: HandoffState
  let tree: TreeSnapshot?
  let connections: [CarriedConnection]

  /// Reads the handoff record that the environment names; nil for the first generation.
  ///
  /// To be called before there is a second thread.
  static func take() throws(SystemError) -> Inheritance? {
    guard let number = ProcessEnvironment.take(HandoffRecord.variable).flatMap(CInt.init) else {
      return nil
    }
    let file = OwnedDescriptor(FileDescriptor(rawValue: number))
    let (state, tree, bytes) = try HandoffState.unpack(HandoffRecord(from: file))
    let connections = zip(state.connections, bytes)
      .map { connection, bytes in
        let descriptor = FileDescriptor(rawValue: connection.descriptor)
        descriptor.setClosedOnExec(true)
        return CarriedConnection(
          descriptor: OwnedDescriptor(descriptor),
          bytes: Array(bytes),
          heldSince: connection.heldSince,
          origin: connection.origin ?? .peer
        )
      }
    return Inheritance(state: state, tree: tree, connections: connections)
  }

  /// From the order to restart to now.
  var sinceOrdered: Duration {
    .nanoseconds(Int64(clamping: MonotonicClock.nanoseconds) - Int64(clamping: state.orderedAt))
  }

  /// Which files each unit has had changed since its last good build.
  var changedFiles: ChangedFiles {
    let changed = ChangedFiles()
    for unit in state.units {
      changed.note(unit.changed, of: MountPlan.Unit(package: unit.package, product: unit.product))
    }
    return changed
  }
}
