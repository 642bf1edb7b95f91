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

  /// What the previous generation has left if it crashed.
  var crash: Crash?

  /// What is answered to those whom the crash has left without a response.
  let report: PendingReport

  /// Frees the memory of the previous generation; nil after a crash.
  let memory: MemoryHolder?

  /// Reads the handoff record that the environment names; nil for the first generation.
  ///
  /// To be called before there is a second thread.
  static func take() throws(SystemError) -> Inheritance? {
    let area = ProcessEnvironment.take(CrashGuard.variable).flatMap(CInt.init)
      .map { CrashArea(inheriting: FileDescriptor(rawValue: $0)) }
    let memory = MemoryHolder.take()
    guard let number = ProcessEnvironment.take(HandoffRecord.variable).flatMap(CInt.init) else {
      return nil
    }
    let file = OwnedDescriptor(FileDescriptor(rawValue: number))
    let (state, tree, bytes) = try HandoffState.unpack(HandoffRecord(from: file))
    // Nobody knows which descriptors are connections.
    if case .some(nil) = area { throw .unreadableHandoff("another version of Slipway wrote it") }
    var connections = zip(state.connections, bytes)
      .map { connection, bytes in
        let descriptor = FileDescriptor(rawValue: connection.descriptor)
        descriptor.setClosedOnExec(true)
        return CarriedConnection(
          descriptor: OwnedDescriptor(descriptor),
          bytes: Array(bytes),
          heldSince: connection.heldSince,
          origin: connection.origin ?? .peer,
          tunnel: connection.tunnel
        )
      }
    state.watcher.map { FileDescriptor(rawValue: $0).setClosedOnExec(true) }
    let report = PendingReport()
    let crash = area?
      .map { area in
        Crash(
          area,
          answer: { CrashAnswer(report: report, exchange: $0) },
          carry: { connections.append($0) }
        )
      }
    return Inheritance(
      state: state,
      tree: tree,
      connections: connections,
      crash: crash,
      report: report,
      memory: memory
    )
  }

  /// From the order to restart to now.
  var sinceOrdered: Duration {
    let ordered = crash?.time ?? state.orderedAt
    return .nanoseconds(Int64(clamping: MonotonicClock.nanoseconds) - Int64(clamping: ordered))
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
