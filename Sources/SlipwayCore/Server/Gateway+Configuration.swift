import NIOCore

extension Gateway {
  /// Limits and times of a gateway; the defaults suit development.
  package struct Configuration: Sendable {
    /// Event loops, each a thread.
    package var threads = min(2, System.coreCount)

    /// Connections at a time.
    package var maximumConnections = 16_384

    /// Connections beyond those whose first request is answered by status 503; further ones wait
    /// in the backlog.
    package var surplusConnections = 64

    /// Bytes of a request head, all of it and its first line; lines of its header section.
    package var headLimit = 64 * 1024
    package var requestLineLimit = 16 * 1024
    package var fieldLimit = 200

    /// Bytes of a request body, where its mount says nothing else.
    package var bodyLimit = 1 << 30

    /// From the first byte of a head to its last; also for the rest of a body that nobody reads.
    package var headTimeout = Duration.seconds(30)

    /// Between requests, and before the first.
    package var idleTimeout = Duration.seconds(120)

    /// How long a body that the application wants may pause. There is no least rate beyond that: a
    /// byte now and then is slow, but it is not stuck.
    package var bodyTimeout = Duration.seconds(60)

    /// How long a client may take no byte of a response; at most twice that until it is noticed.
    package var writeTimeout = Duration.seconds(60)

    /// What has come of the code that requests are held for, in a few words: "being built". Called on
    /// event loops.
    package var situation: (@Sendable () -> String)?

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

    /// The hosts that are answered for.
    package var allowedHosts = AllowedHosts()

    /// What to do for a host to be allowed: a sentence, for the page that refuses it.
    package var hostRemedy: @Sendable (_ host: String) -> String = { host in
      "If the name is yours, put `allowed-hosts: [\(host)]` into slipway.yaml, or start with"
        + " `--allowed-host \(host)`."
    }
    /// What the access log asks for beyond what every record has.
    package var capture: ExchangeCapture?

    /// The path and query of the script that is put into pages of mounts whose rules want it; nil for
    /// none.
    package var liveScript: (@Sendable () -> String)?

    /// What goes on with tunnels of its own that an earlier generation has left.
    package var pushChannel: PushChannel?

    /// Called on event loops when something that a page of a browser asked for, and that it does not
    /// show, has got an error page; with the page's address (`Referer`).
    package var onFailureBehindPage: (@Sendable (ErrorPage, String) -> Void)?

    package init() {}

    var headLimits: HeadFramer.Limits {
      HeadFramer.Limits(head: headLimit, requestLine: requestLineLimit, fields: fieldLimit)
    }
  }
}
