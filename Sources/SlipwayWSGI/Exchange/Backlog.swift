import SlipwaySystem
import Synchronization

/// How many bytes of a response's body the application is ahead of the client.
///
/// Threads of Python add to it, and wait; the event loop takes away. It wakes a thread once for each wait,
/// when there is enough room again, and not for each piece that has gone out.
final class Backlog: Sendable {
  private struct State {
    var bytes = 0
    var isGone = false
    /// Of an application's own threads several may wait here, by mistake.
    var waiting = 0
    /// What they wait for; the lowest.
    var limit = 0
  }

  private let state = Mutex(State())
  private let room = Inbox<Void>()

  /// How it is after `count` more bytes; nil if nobody will see them.
  func add(_ count: Int) -> Int? {
    state.withLock { state in
      state.bytes += count
      return state.isGone ? nil : state.bytes
    }
  }

  /// - Parameter isSeen: Whether they went out; if not, nothing more will.
  func remove(_ count: Int, isSeen: Bool) {
    let woken = state.withLock { state in
      state.bytes -= count
      if !isSeen { state.isGone = true }
      guard state.waiting > 0, state.isGone || state.bytes <= state.limit else { return 0 }
      defer { state.waiting = 0 }
      return state.waiting
    }
    for _ in 0..<woken { room.send(()) }
  }

  /// Waits until there are no more than `limit` bytes. Returns whether anybody will see more.
  func wait(atMost limit: Int) -> Bool {
    while true {
      let isGone: Bool? = state.withLock { state in
        if state.isGone || state.bytes <= limit { return state.isGone }
        state.limit = state.waiting == 0 ? limit : min(limit, state.limit)
        state.waiting += 1
        return nil
      }
      if let isGone { return !isGone }
      // One message for each that waits; whoever gets two at once has lost another's.
      for _ in room.receive().dropFirst() { room.send(()) }
    }
  }
}
