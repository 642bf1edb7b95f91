import NIOCore
import Synchronization

/// How many connections there may be, and who waits for one to go.
final class ConnectionRoom: Sendable {
  private let limit: Int
  private let state = Mutex(State())

  private struct State {
    var open = 0
    var waiting: [@Sendable () -> Void] = []
  }

  init(limit: Int) {
    self.limit = limit
  }

  /// Counts a connection until it is closed.
  func enter(_ channel: any Channel) {
    state.withLock { $0.open += 1 }
    channel.closeFuture.whenComplete { _ in
      let waiting = self.state.withLock { state in
        state.open -= 1
        defer { state.waiting = [] }
        return state.waiting
      }
      for wake in waiting { wake() }
    }
  }

  /// Whether there may be one more; if not, `wake` is called when there may, on any event loop.
  func isOpen(orElse wake: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      if state.open < limit { return true }
      state.waiting.append(wake)
      return false
    }
  }
}

/// Takes no connection from the backlog while there are as many as there may be.
final class AcceptLimit: ChannelOutboundHandler {
  typealias OutboundIn = Any

  private let room: ConnectionRoom
  private var isWaiting = false

  init(_ room: ConnectionRoom) {
    self.room = room
  }

  func read(context: ChannelHandlerContext) {
    guard !isWaiting else { return }
    let eventLoop = context.eventLoop
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: eventLoop)
    let isOpen = room.isOpen {
      eventLoop.execute {
        let (handler, context) = bound.value
        handler.isWaiting = false
        handler.read(context: context)
      }
    }
    if isOpen { context.read() } else { isWaiting = true }
  }
}
