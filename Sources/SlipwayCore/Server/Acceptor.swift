import Logging
import SlipwaySystem
import Synchronization
import SystemPackage

/// Takes connections from the backlog of one listener, on a thread of its own.
///
/// Why not NIO's ServerBootstrap: it hides the descriptors, and a connection can be carried over
/// execve(2) only by its descriptor.
final class Acceptor: Sendable {
  /// How long to wait after the system, or our own limit, has refused one more descriptor. The
  /// backlog holds the connections meanwhile.
  private static let backOff: Int32 = 100

  /// Whether there may be one more connection.
  enum Room {
    case free
    /// Only to be told that there are too many.
    case surplus
    /// Not even that: it has to wait in the backlog.
    case none
  }

  private enum State {
    case accepting, paused, stopped
  }

  private enum Step {
    case accepted
    case backlogEmpty
    case notNow
    /// Nothing can ever come from this listener again.
    case useless
  }

  private let listener: FileDescriptor
  private let isTCP: Bool
  private let wakeUp: WakeUp
  private let state = Mutex(State.accepting)
  private let logger: Logger
  private let room: @Sendable () -> Room
  private let deliver: @Sendable (FileDescriptor, Room) -> Void
  /// The limit was said to be reached, and no connection has been within it since.
  private let isFull = Atomic(false)

  /// `deliver` takes over each new descriptor; `room` tells whether there may be one more. Both
  /// are called on the acceptor's thread. The listener is borrowed until `stop`, and becomes
  /// non-blocking.
  init(
    _ listener: FileDescriptor,
    logger: Logger,
    room: @escaping @Sendable () -> Room,
    deliver: @escaping @Sendable (FileDescriptor, Room) -> Void
  ) throws(Errno) {
    try listener.setNonBlocking()
    self.listener = listener
    if case .tcp = BoundAddress(of: listener) { isTCP = true } else { isTCP = false }
    wakeUp = try WakeUp()
    self.logger = logger
    self.room = room
    self.deliver = deliver
  }

  /// Runs until `stop`.
  func run() {
    var isBackingOff = false
    while true {
      let now = state.withLock { $0 }
      if now == .stopped { return }
      // The wake-up is first: it is polled always, the listener when we want something from it.
      let isWaitingForWork = now == .accepting && !isBackingOff
      _ = FileDescriptor.waitReadable(
        isWaitingForWork ? [wakeUp.descriptor, listener] : [wakeUp.descriptor],
        milliseconds: now == .accepting && isBackingOff ? Self.backOff : -1
      )
      wakeUp.silence()
      let last = acceptAll(complaining: !isBackingOff)
      if last == .useless { return }
      isBackingOff = last == .notNow
    }
  }

  /// When this returns no further connection is taken; those taken have been delivered.
  func pause() {
    state.withLock { if $0 == .accepting { $0 = .paused } }
    wakeUp.ring()
  }

  func resume() {
    state.withLock { if $0 == .paused { $0 = .accepting } }
    wakeUp.ring()
  }

  /// Has `run` return soon.
  func stop() {
    state.withLock { $0 = .stopped }
    wakeUp.ring()
  }

  private func acceptAll(complaining: Bool) -> Step {
    while true {
      // Under the lock, so that `pause` need not wait for an answer of this thread.
      let step = state.withLock { $0 == .accepting ? accept(complaining) : .backlogEmpty }
      if step != .accepted { return step }
    }
  }

  private func accept(_ complaining: Bool) -> Step {
    // The image is about to be replaced, and would take the connection with it.
    guard !CrashGuard.hasFired else { return .notNow }
    let room = room()
    guard room != .none else {
      noteRoom(room)
      return .notNow
    }
    do throws(Errno) {
      let connection = try listener.acceptConnection().release()
      if isTCP { connection.disableSendDelay() }
      noteRoom(room)
      deliver(connection, room)
      return .accepted
    } catch {
      switch error {
      case .wouldBlock: return .backlogEmpty
      case .badFileDescriptor, .invalidArgument, .notSocket, .notSupportedOnSocket:
        logger.error(
          "A listener is unusable",
          metadata: ["code": "SW034", "reason": "\(error)"]
        )
        return .useless
      case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noBufferSpace, .noMemory:
        if complaining {
          logger.warning(
            "No further connection can be taken, new ones wait",
            metadata: code.merging(["reason": "\(error)"]) { $1 }
          )
        }
        return .notNow
      default:
        // accept(2) hands on what went wrong with that one connection: the next may be well.
        return .accepted
      }
    }
  }

  /// Tells of the limit once each time that it turns a connection away.
  private func noteRoom(_ room: Room) {
    let wasFull = isFull.exchange(room != .free, ordering: .relaxed)
    guard room != .free, !wasFull else { return }
    logger.warning(
      "The connection limit is reached: further ones are refused",
      metadata: ["code": "SW140"]
    )
  }

  private var code: Logger.Metadata { ["code": "SW033"] }
}
