import NIOCore
import NIOPosix
import NIOSSL
package import SlipwayCore
import SlipwaySystem
package import SystemPackage

/// The process that clients speak TLS with: accepts connections, ends TLS, and relays what it carries
/// to the gateway, HTTP/1.1 byte for byte, each stream of HTTP/2 as a connection of its own.
///
/// It is a process of its own because the gateway's is replaced at each restart: the state of a TLS
/// connection is in memory and cannot be carried over execve(2), a relayed connection can.
package final class TLSFront: Sendable {
  private let order: FrontOrder
  private let certificates: CertificateHolder
  private let group: MultiThreadedEventLoopGroup

  /// - Parameters:
  ///   - naming: What makes certificates for single names; nil if there is just the one.
  ///   - report: Called on any thread.
  /// - Throws: why the certificate cannot be used.
  package init(
    _ order: FrontOrder,
    certificate pair: CertificatePair,
    naming: NamedCertificates? = nil,
    report: @escaping @Sendable (FrontReport) -> Void
  ) throws(TLSError) {
    self.order = order
    certificates = try CertificateHolder(pair, naming: naming) { report(FrontReport(.problem, $0)) }
    group = MultiThreadedEventLoopGroup(numberOfThreads: min(2, System.coreCount))
  }

  /// Begins to accept on `listeners`, which it takes over.
  package func serve(_ listeners: [SystemPackage.FileDescriptor]) throws(TLSError) {
    do {
      try bootstrap(listeners)
    } catch {
      throw .badOrder("a listening socket cannot be used: \(error)")
    }
  }

  /// Closes everything. Blocks; not to be called on an event loop.
  package func shutDown() throws {
    try group.syncShutdownGracefully()
  }

  private func bootstrap(_ listeners: [SystemPackage.FileDescriptor]) throws {
    let room = ConnectionRoom(limit: connectionLimit)
    let backend = Backend(name: order.backend)
    for listener in listeners {
      _ = try ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: Self.backlog)
        .serverChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(AcceptLimit(room))
          }
        }
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .childChannelInitializer { [certificates, headLimit = order.headLimit] channel in
          channel.eventLoop.makeCompletedFuture {
            room.enter(channel)
            let doorkeeper = Doorkeeper(
              certificates: certificates,
              backend: backend,
              headLimit: headLimit
            )
            try channel.pipeline.syncOperations.addHandler(doorkeeper)
          }
        }
        .withBoundSocket(listener.rawValue)
        .wait()
    }
  }

  /// Connections of all listeners together; further ones wait in the backlog. Each takes a second
  /// descriptor at least, for what is relayed: with none left, accept(2) would be tried without end.
  private var connectionLimit: Int {
    max(1, min(order.connectionLimit, DescriptorLimit.current.soft / 2 - Self.otherDescriptors))
  }

  /// For listeners, event loops, certificates, and streams of HTTP/2 beyond the first.
  private static let otherDescriptors = 128

  /// listen(2) is called again, and must not make the backlog shorter than it was.
  private static let backlog: Int32 = 4096
}
