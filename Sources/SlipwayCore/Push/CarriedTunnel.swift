import NIOCore
import SlipwaySystem
import SystemPackage

// Tunnels of our own outlive a restart: the other side does not notice it.
extension CarriedConnection {
  /// A request that offers what the tunnel speaks. It was answered in an earlier generation; the next
  /// one reads this in its place, to get an exchange, and answers nothing.
  static let tunnelRequest = Array(
    "GET /_slipway/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
      .utf8
  )
}

extension ConnectionHandler {
  /// Takes the connection of a tunnel out of the gateway; false if it cannot be taken along, for
  /// bytes are still on their way out.
  func carryAway(tunnel stream: ExchangeStream) -> Bool {
    guard let (rest, state) = stream.carriedTunnel?(), let context, context.channel.isActive,
      unsentWrites == 0, !hasPendingOutput
    else { return false }
    do throws(Errno) {
      let duplicate = try socket.duplicated()
      gateway.carry(
        CarriedConnection(
          descriptor: duplicate,
          bytes: rest + Array(input.readableBytesView),
          heldSince: nil,
          origin: origin,
          tunnel: state
        )
      )
    } catch {
      gateway.connectionNotCarried(error)
      return false
    }
    let channel = context.channel
    leave()
    stream.tunnelCarried()
    channel.close(promise: nil)
    return true
  }
}

extension Exchange {
  /// Has a tunnel taken over restarts. `state` is called on the event loop when that comes: it gives
  /// the bytes that were read and not dealt with, and what whoever goes on has to know.
  func carryTunnel(_ state: @escaping @Sendable () -> (bytes: [UInt8], state: String)?) {
    onStream { $0.carriedTunnel = state }
  }

  /// Goes on with a tunnel that an earlier generation has opened: nothing is sent.
  func resumeTunnel(_ fields: FieldSection) {
    onStream { $0.resumeTunnel(ResponseHead(status: 101, fields: fields)) }
  }
}
