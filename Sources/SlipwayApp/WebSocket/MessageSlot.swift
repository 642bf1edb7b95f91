import Synchronization

/// Hands messages from the task that reads the connection to those that take them. One message is
/// kept ahead; whoever brings another waits until there is room.
final class MessageSlot: Sendable {
  private typealias Taker = CheckedContinuation<WebSocket.Message?, Never>
  private typealias Bringer = CheckedContinuation<Void, Never>

  private struct State {
    /// One message, and a second whose bringer waits.
    var kept: [WebSocket.Message] = []
    var bringer: Bringer?
    var takers: [(number: Int, continuation: Taker)] = []
    var lastNumber = 0
    var isEnded = false
  }

  private let state = Mutex(State())

  /// Hands a message over. Returns when there is room for the next one, or the task is cancelled.
  func put(_ message: WebSocket.Message) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { (bringer: Bringer) in
        let (taker, waits) = state.withLock { state -> (Taker?, Bool) in
          if !state.takers.isEmpty { return (state.takers.removeFirst().continuation, false) }
          guard !state.isEnded else { return (nil, false) }
          state.kept.append(message)
          guard state.kept.count > 1 else { return (nil, false) }
          state.bringer = bringer
          return (nil, true)
        }
        taker?.resume(returning: message)
        if !waits { return bringer.resume() }
        // A cancellation that came before the continuation found nobody to wake.
        if Task.isCancelled { releaseBringer() }
      }
    } onCancel: {
      releaseBringer()
    }
  }

  /// The next message; nil at the end, and in a cancelled task when none is there.
  func take() async -> WebSocket.Message? {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { (taker: Taker) in
        let (message, waits) = state.withLock { state -> (WebSocket.Message?, Bool) in
          if !state.kept.isEmpty { return (state.kept.removeFirst(), false) }
          guard !state.isEnded else { return (nil, false) }
          state.takers.append((number, taker))
          return (nil, true)
        }
        if message != nil { releaseBringer() }
        if !waits { return taker.resume(returning: message) }
        if Task.isCancelled { release(number) }
      }
    } onCancel: {
      release(number)
    }
  }

  /// No further message will come. What is kept can still be taken.
  func end() {
    let takers = state.withLock { state in
      state.isEnded = true
      defer { state.takers = [] }
      return state.takers.map(\.continuation)
    }
    for taker in takers { taker.resume(returning: nil) }
    releaseBringer()
  }

  private func release(_ number: Int) {
    let taker = state.withLock { state -> Taker? in
      guard let index = state.takers.firstIndex(where: { $0.number == number }) else { return nil }
      return state.takers.remove(at: index).continuation
    }
    taker?.resume(returning: nil)
  }

  private func releaseBringer() {
    let bringer = state.withLock { state -> Bringer? in
      defer { state.bringer = nil }
      return state.bringer
    }
    bringer?.resume()
  }
}
