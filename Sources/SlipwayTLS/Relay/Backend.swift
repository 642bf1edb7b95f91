import NIOCore
import NIOPosix
import SlipwaySystem
import SystemPackage

/// The gateway, as the front reaches it.
struct Backend: Sendable {
  /// The gateway's backlog is full only while it is stopped, by a debugger for example.
  private static let retry = TimeAmount.milliseconds(50)

  /// See `PrivateSocket`.
  let name: String

  /// Connects, and tells by `header` for whom. The channel is on `eventLoop`, and `configure` is called
  /// there before anything is read.
  ///
  /// While the gateway's backlog is full this waits, for as long as `isWanted` says.
  func connect(
    _ header: ByteBuffer,
    on eventLoop: any EventLoop,
    halfClosing: Bool,
    while isWanted: @escaping @Sendable () -> Bool,
    configure: @escaping @Sendable (any Channel) throws -> Void
  ) -> EventLoopFuture<any Channel> {
    do throws(Errno) {
      let connection = try PrivateSocket.connect(to: name)
      do {
        // Fits into the empty buffer of a new socket.
        try connection.descriptor.writeAll(header.readableBytesView)
      } catch {
        return eventLoop.makeFailedFuture(error)
      }
      return ClientBootstrap(group: eventLoop)
        .channelOption(.allowRemoteHalfClosure, value: halfClosing)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try configure(channel) }
        }
        .withConnectedSocket(connection.release().rawValue)
    } catch {
      guard error == .wouldBlock, isWanted() else { return eventLoop.makeFailedFuture(error) }
      return
        eventLoop.flatScheduleTask(in: Self.retry) {
          connect(
            header,
            on: eventLoop,
            halfClosing: halfClosing,
            while: isWanted,
            configure: configure
          )
        }
        .futureResult
    }
  }
}
