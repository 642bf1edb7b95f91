import Hummingbird
import Logging
import SlipwayApp

/// Lets a Hummingbird router answer the requests of a mount.
///
/// Copy this file into your own package. The router sees the path behind the mount's prefix. Bodies
/// stream both ways, with backpressure; the task of a request is cancelled when its client goes.
struct HostedRouter: Sendable {
  private let responder: RouterResponder<HostedContext>
  private let logger: Logger

  init(_ responder: RouterResponder<HostedContext>, host: Host) {
    self.responder = responder
    self.logger = Logger(label: "hummingbird") { HostLogHandler(host: host, label: $0) }
  }

  func respond(to request: SlipwayApp.Request) async throws -> SlipwayApp.Response {
    var logger = logger
    logger[metadataKey: "hb.request.id"] = .stringConvertible(RequestID())
    var head = request.head
    let path = request.path.isEmpty ? "/" : request.path
    head.path = request.query.isEmpty ? path : "\(path)?\(request.query)"

    let response = try await responder.respond(
      to: Hummingbird.Request(
        head: head,
        body: .init(asyncSequence: request.body.map { ByteBuffer(bytes: $0) })
      ),
      context: HostedContext(source: HostedSource(request: request, logger: logger))
    )
    return SlipwayApp.Response(
      status: response.status,
      headerFields: response.headers,
      body: .init(streaming: { try await response.body.write(HostedWriter(writer: $0)) })
    )
  }
}

/// What Hummingbird's handlers know of a request beside its content.
struct HostedContext: RequestContext {
  typealias Source = HostedSource

  var coreContext: CoreRequestContextStorage

  /// Who sent the request; nil over a Unix-domain socket.
  let peer: SlipwayApp.Request.Peer?

  /// The prefix of the mount, for links: empty for the mount at `/`.
  let mountPrefix: String

  init(source: HostedSource) {
    coreContext = .init(source: source)
    peer = source.request.peer
    mountPrefix = source.request.mountPrefix
  }
}

/// Where a context comes from. Hummingbird's own source wants a NIO channel, and there is none.
struct HostedSource: RequestContextSource {
  let request: SlipwayApp.Request
  let logger: Logger
}

/// Passes on what Hummingbird writes.
private struct HostedWriter: Hummingbird.ResponseBodyWriter {
  let writer: SlipwayApp.ResponseBodyWriter

  func write(_ buffer: ByteBuffer) async throws {
    try await writer.write(Array(buffer.readableBytesView))
  }

  consuming func finish(_ trailers: HTTPFields?) async throws {
    if let trailers { writer.trailers = trailers }
  }
}

/// Sends what is logged through swift-log to the server's log.
private struct HostLogHandler: LogHandler {
  let host: Host
  let label: String

  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let facts = metadata.merging(event.metadata ?? [:]) { $1 }
      .sorted { $0.key < $1.key }
      .map { " \($0.key)=\($0.value)" }
      .joined()
    host.log(level(of: event), "\(event.message)\(facts)", label: label)
  }

  private func level(of event: LogEvent) -> LogLevel {
    switch event.level {
    case .trace: .trace
    case .debug: .debug
    case .info: .info
    case .notice: .notice
    case .warning: .warning
    case .error: .error
    case .critical: .critical
    }
  }
}
