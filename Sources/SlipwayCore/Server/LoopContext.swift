import NIOCore

/// What the connections of one event loop share.
///
/// Unchecked: everything mutable is touched on `eventLoop` only, which each access checks.
final class LoopContext: @unchecked Sendable {
  let eventLoop: any EventLoop
  private var state = State()

  private struct State {
    var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    /// In the order in which they began to be held.
    var held: [ConnectionHandler] = []
    var isDraining = false
    var dates = DateCache()
    /// In this turn a gatekeeper has found that all changes are known.
    var isCertain = false
    /// A buffer whose bytes have been sent: memory for the next response.
    var spareBuffer: ByteBuffer?
  }

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  private var checked: State {
    _read {
      eventLoop.preconditionInEventLoop()
      yield state
    }
    _modify {
      eventLoop.preconditionInEventLoop()
      yield &state
    }
  }

  var isDraining: Bool {
    get { checked.isDraining }
    set { checked.isDraining = newValue }
  }

  var dates: DateCache {
    get { checked.dates }
    _modify { yield &checked.dates }
  }

  /// Whether a gatekeeper has found in this turn that all changes are known that were made before: before
  /// anything came that this turn brings. To ask costs a system call, and under load a turn brings a dozen
  /// requests.
  var isCertain: Bool { checked.isCertain }

  func becomeCertain() {
    checked.isCertain = true
    // Comes behind all that this turn has to read, and before the loop looks for more.
    eventLoop.execute { self.checked.isCertain = false }
  }

  /// An empty buffer with room for `capacity` bytes.
  func takeBuffer(capacity: Int) -> ByteBuffer {
    guard var buffer = checked.spareBuffer.take() else {
      return ByteBufferAllocator().buffer(capacity: capacity)
    }
    buffer.clear(minimumCapacity: capacity)
    return buffer
  }

  /// Keeps a buffer whose bytes nobody needs any more, unless it is a large one.
  func giveBack(_ buffer: ByteBuffer) {
    if buffer.capacity <= Self.spareLimit { checked.spareBuffer = buffer }
  }

  private static let spareLimit = 32 * 1024

  /// A copy, because connections come and go while they are told something.
  var connections: [ConnectionHandler] { Array(checked.connections.values) }

  var held: [ConnectionHandler] { checked.held }

  func add(_ connection: ConnectionHandler) {
    checked.connections[ObjectIdentifier(connection)] = connection
  }

  func remove(_ connection: ConnectionHandler) {
    checked.connections[ObjectIdentifier(connection)] = nil
  }

  func markHeld(_ connection: ConnectionHandler) {
    checked.held.append(connection)
  }

  func unmarkHeld(_ connection: ConnectionHandler) {
    checked.held.removeAll { $0 === connection }
  }
}
