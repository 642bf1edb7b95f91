import NIOCore

extension Gateway {
  /// Limits and times of a gateway; the defaults suit development.
  package struct Configuration: Sendable {
    /// Event loops, each a thread.
    package var threads = min(2, System.coreCount)

    /// Connections at a time; further ones wait in the backlog.
    package var maximumConnections = 16_384

    /// Bytes of a request head, all of it and its first line; lines of its header section.
    package var headLimit = 64 * 1024
    package var requestLineLimit = 16 * 1024
    package var fieldLimit = 200

    /// From the first byte of a head to its last; also for the rest of a body that nobody reads.
    package var headTimeout = Duration.seconds(30)

    /// Between requests, and before the first.
    package var idleTimeout = Duration.seconds(120)

    /// Bytes of a body that are taken while its request is held; the rest waits with the client.
    package var heldBodyLimit = 256 * 1024

    /// How long a request is held, over restarts too, before it is answered by status 503.
    package var holdTimeout = Duration.seconds(60)

    /// Seconds, for that answer's Retry-After.
    package var retryAfter = 2

    /// How long the rest of a request is read after an answer that ends the connection.
    package var lingerTimeout = Duration.seconds(2)

    /// The life of the process image, counted from 1.
    package var generation = 1

    /// Whether responses carry `Slipway-Generation`.
    package var sendsGeneration = true

    /// What the access log asks for beyond what every record has.
    package var capture: ExchangeCapture?

    package init() {}

    var headLimits: HeadFramer.Limits {
      HeadFramer.Limits(head: headLimit, requestLine: requestLineLimit, fields: fieldLimit)
    }
  }
}
