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
