import NIOCore
import SlipwaySystem
import SystemPackage

// Letting go of connections.
extension ConnectionHandler {
  /// Takes no further request: what is not running is carried away now, what is, when it ends.
  func freeze() {
    switch phase {
    case .awaitingHead, .held: carryAway()
    case .running(let stream) where stream.isTunnel:
      if !carryAway(tunnel: stream) { dismiss(stream) }
    case .running(let stream) where stream.isEventStream: stream.giveUp()
    case .lingering: armTimer()
    case .opening, .running, .discarding, .closing, .over: break
    }
  }

  /// Hands descriptor and unread bytes to the gateway and leaves the event loop. The duplicate keeps
  /// the connection open; closing the channel only makes NIO forget it.
  func carryAway() {
    guard let context, context.channel.isActive else { return }
    var heldSince = carriedHold
    if case .held(let request) = phase { heldSince = request.since }
    do throws(Errno) {
      let duplicate = try socket.duplicated()
      // An application may crash in its shutdown, when the connection is nobody's but the record's.
      slot?.move(to: duplicate.descriptor.rawValue)
      gateway.carry(
        CarriedConnection(
          descriptor: duplicate,
          bytes: Array(input.readableBytesView),
          heldSince: heldSince.map { UInt64(clamping: $0.uptimeNanoseconds) },
          origin: origin,
          slot: slot
        )
      )
    } catch {
      gateway.connectionNotCarried(error)
    }
    let channel = context.channel
    leave()
    channel.close(promise: nil)
  }

  /// How long the client of a tunnel, or of the last response of a connection, has to take the last
  /// bytes and to close its side. One that reads closes at once; the restart waits for the others
  /// no longer than this.
  static let farewell = TimeAmount.milliseconds(200)

  private func dismiss(_ tunnel: ExchangeStream) {
    tunnel.dismissTunnel()
    loop.eventLoop.assumeIsolated().scheduleTask(in: Self.farewell) { self.giveUp() }
  }

  /// Whether an exchange is in hand, or its response not out.
  var isRunning: Bool {
    if case .running = phase { true } else { false }
  }

  /// Closes what is left when the time is over.
  func giveUp() {
    switch phase {
    case .running(let stream): stream.giveUp()
    case .opening, .awaitingHead, .held, .discarding, .closing, .lingering:
      context?.close(promise: nil)
    case .over: return
    }
  }
}
