import SlipwayCore
import SlipwaySystem

/// What an image that crashed has left to this one, besides its connections.
struct Crash: Sendable {
  /// An exchange whose response had not begun.
  struct Exchange: Sendable {
    var slot: Int
    /// The index of its mount.
    var mount: Int?
    /// Its number in the generation.
    var number: UInt64
    /// Nanoseconds of the monotonic clock.
    var begun: UInt64
    var request: RequestSummary
  }

  var generation: Int

  /// How threads ended, the first one first. Empty if the image ended before it could say.
  var threads: [CrashRecord]
  var modules: [MappedModule]

  /// The end of what was printed on standard error.
  var printed: [UInt8]
  var exchanges: [Exchange]

  /// Units whose library was being loaded.
  var loading: Set<Int>

  /// Sessions of children that the image has left behind.
  var sessions: [Int32]

  /// When, in nanoseconds of the monotonic clock.
  var time: UInt64 { threads.first?.monotonic ?? MonotonicClock.nanoseconds }

  /// Takes over what the area has; the connections are given to `carry`, those that wait for their
  /// response with whatever `answer` makes for them.
  init(
    _ area: CrashArea,
    answer: (Exchange) -> any Application,
    carry: (CarriedConnection) -> Void
  ) {
    generation = area.generation
    threads = area.crashes
    modules = area.modules
    printed = area.printed
    loading = Set((0..<64).filter(area.isLoading))
    sessions = area.sessions
    var exchanges: [Exchange] = []
    ConnectionRemains.take(from: area) { remains in
      let (slot, state, bytes) = (remains.slot, remains.state, remains.bytes)
      let origin = ConnectionOrigin(remains.client)
      switch state {
      case .waiting(let heldSince):
        carry(
          CarriedConnection(
            descriptor: remains.release(),
            bytes: bytes,
            heldSince: heldSince,
            origin: origin
          )
        )
      case .dispatched(let mount, let number, let begun):
        // Without its head nobody can say how to answer it: the descriptor is closed.
        guard let request = RequestSummary(head: bytes) else { return }
        let exchange = Exchange(
          slot: slot,
          mount: mount,
          number: number,
          begun: begun,
          request: request
        )
        exchanges.append(exchange)
        carry(
          CarriedConnection(
            descriptor: remains.release(),
            bytes: bytes,
            heldSince: nil,
            origin: origin,
            answer: answer(exchange)
          )
        )
      }
    }
    self.exchanges = exchanges
    area.close()
  }
}
