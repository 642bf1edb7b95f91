import NIOCore
import SlipwaySystem

extension Gateway {
  /// Has every event loop that still can finish its turn and then do nothing more, so that what is
  /// known of each connection is the truth. For the moment before the image is replaced because it
  /// has crashed: there is no way back. Not to be called on an event loop.
  ///
  /// Loops that the application blocks are not waited for longer than `limit`.
  package func standStill(within limit: Duration) {
    let still = Inbox<Void>()
    let never = Inbox<Void>()
    for loop in loops {
      loop.eventLoop.execute {
        still.send(())
        _ = never.receive()
      }
    }
    let deadline = ContinuousClock.now + limit
    var remaining = loops.count
    while remaining > 0, ContinuousClock.now < deadline {
      remaining -= still.receive(within: deadline - .now).count
    }
  }
}
