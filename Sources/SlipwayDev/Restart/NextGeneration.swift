import Glibc
import SlipwayCore
import SlipwayDebug
import SlipwaySystem
import SystemPackage

/// Packs everything up and has the main thread become the next generation.
struct NextGeneration: Sendable {
  var number: Int
  var configuration: DevConfiguration
  var listeners: [HandoffState.Listener]
  var front: Front.Handoff?
  var debugging: Debugging.Handoff?
  var live: LiveState.Value
  var console: ConsoleGuard.Value
  var lock: FileDescriptor
  var units: [MountPlan.Unit]
  var changed: ChangedFiles
  var watch: SourceWatch?
  var terminal: [UInt8]?
  var orderedAt: UInt64
  var timeline: SaveTimeline
  var isAnnounced: Bool
  var endsOnHangup: Bool
  var output: OutputStreams?
  var reason: RestartReason

  /// What the next generation needs to know, and the descriptors that it needs open.
  func state(
    of known: [LoopMachine.Unit],
    carrying carried: [(CarriedConnection, FileDescriptor)] = []
  ) -> (state: HandoffState, kept: [FileDescriptor]) {
    let state = HandoffState(
      generation: number,
      configuration: configuration,
      listeners: listeners,
      front: front,
      debugging: debugging,
      live: live,
      console: console,
      lock: lock.rawValue,
      units: zip(units, known)
        .map { unit, known in
          HandoffState.Unit(
            package: unit.package,
            product: unit.product,
            library: known.library,
            failure: known.failure,
            isRetryable: known.isRetryable,
            isDirty: known.isDirty,
            changed: changed.changes(of: unit).keys.sorted(),
            crashes: known.crashes,
            isHeldBack: known.isHeldBack
          )
        },
      connections: carried.map { connection, descriptor in
        HandoffState.Connection(
          descriptor: descriptor.rawValue,
          byteCount: connection.bytes.count,
          heldSince: connection.heldSince,
          origin: connection.origin == .peer ? nil : connection.origin,
          tunnel: connection.tunnel
        )
      },
      reason: reason,
      orderedAt: orderedAt,
      timeline: timeline,
      isAnnounced: isAnnounced,
      endsOnHangup: endsOnHangup,
      terminal: terminal
    )
    let inherited =
      listeners.map(\.descriptor) + [front?.control, front?.backend].compactMap { $0 }
    let kept =
      [lock] + carried.map(\.1) + inherited.map(FileDescriptor.init(rawValue:))
      + (output?.descriptors ?? []) + (debugging?.socket.descriptors ?? [])
    return (state, kept)
  }

  /// The tree is photographed before the loop is asked for the units: what is reported in between
  /// makes a unit dirty, and a photograph that is too old only costs a build.
  func replacement(
    carrying connections: [CarriedConnection],
    unitsAtTheEnd: () -> [LoopMachine.Unit],
    onFailure: @escaping @Sendable (any Error) -> Void
  ) throws -> MainThread.Replacement {
    let carried = connections.compactMap { connection in
      connection.descriptor.map { (connection, $0) }
    }
    let tree = watch?.snapshot()
    var (state, kept) = state(of: unitsAtTheEnd(), carrying: carried)
    let watcher = watch?.duplicateOfQueue()?.release()
    state.watcher = watcher?.rawValue
    let record = try state.record(tree: tree, bytes: carried.map(\.0.bytes)).store().release()
    var variables = [HandoffRecord.variable: String(record.rawValue)]
    variables[OutputStreams.variable] = output?.numbers
    return MainThread.Replacement(
      kept: kept + [record] + [watcher].compactMap { $0 },
      variables: variables,
      onFailure: { error in
        try? record.close()
        try? watcher?.close()
        onFailure(error)
      }
    )
  }
}
