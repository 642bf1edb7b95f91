public import HTTPTypes
public import Logging

/// Slipway's HTTP server inside a program of one's own: closures and directories, without builds,
/// watching or restarts.
///
/// ```swift
/// var server = Server(listen: "127.0.0.1:8080")
/// server.mount("/static", directory: "public")
/// server.mount("/") { request, body in
///   Response(body: "You asked for \(request.path ?? "/")\n")
/// }
/// try await server.run()
/// ```
///
/// Everything the development server does with a connection holds here too: framing as in RFC 9112,
/// bounded memory, timeouts, error pages, and the check of hosts that keeps other people's pages
/// out.
public struct Server: Sendable {
  /// Answers one request. It runs as a task, on the concurrency runtime's threads, and is cancelled
  /// when the client goes away.
  ///
  /// The body may be read, piece by piece, before and while the response is made. An error that is
  /// thrown becomes an error page with its description; one that a streaming body throws, after the
  /// response has begun, cuts the connection.
  public typealias Responder =
    @Sendable (_ request: HTTPRequest, _ body: RequestBody) async throws -> Response

  /// Names under which the server answers beside `localhost`, `*.localhost`, literal addresses and
  /// the names it listens on: `example.test`, `.example.test` for a whole domain, `all` for every
  /// name, which opens the server to any page in a browser on this machine.
  public var allowedHosts: [String] = []

  /// Called once for each request when its response is out, on a thread of the server: it must be
  /// quick and must not block.
  public var onExchange: @Sendable (AccessRecord) -> Void = { _ in }

  /// Where errors go: a failing closure, connections that the system refuses.
  public var logger = Logger(label: "slipway")

  let addresses: [String]
  private(set) var places: [EmbeddedPlace] = []

  /// - Parameter addresses: `HOST:PORT`, with an IPv6 address in brackets, or `unix:PATH`. Port 0
  ///   lets the system choose. `localhost` is 127.0.0.1 and ::1.
  public init(listen addresses: String...) {
    self.addresses = addresses
  }

  /// Has a closure answer the requests to `prefix` and below it. The longest prefix that fits wins.
  ///
  /// - Parameters:
  ///   - prefix: A path such as `/api`, in plain text; `/` takes what nothing else takes.
  ///   - fileID: Names the closure on pages that list the mounts.
  ///   - line: As `fileID`.
  public mutating func mount(
    _ prefix: String,
    fileID: String = #fileID,
    line: Int = #line,
    respond: @escaping Responder
  ) {
    places.append(
      EmbeddedPlace(prefix: prefix, content: .closure(respond, name: "\(fileID):\(line)"))
    )
  }

  /// Serves the files below a directory, without those whose name begins with a dot.
  ///
  /// - Parameters:
  ///   - prefix: As for a closure.
  ///   - directory: Absolute, or relative to the working directory at the start. It may come later.
  public mutating func mount(_ prefix: String, directory: String) {
    places.append(EmbeddedPlace(prefix: prefix, content: .directory(directory)))
  }

  /// Begins to serve, on threads of its own, until the returned value is told to stop.
  ///
  /// - Throws: ``ServerError``, if an address, a prefix or a host means nothing, or an address
  ///   cannot be listened on.
  public func start() throws -> RunningServer {
    try RunningServer(self)
  }

  /// Serves until the task is cancelled, then stops in order.
  ///
  /// - Parameter whenListening: Called once with the URLs under which the server can be reached.
  /// - Throws: As ``start()``.
  public func run(
    whenListening: (_ urls: [String]) -> Void = { _ in }
  ) async throws {
    let server = try start()
    whenListening(server.urls)
    // Nothing ever comes out of the stream; a cancelled task stops waiting for it.
    let (nothing, source) = AsyncStream<Never>.makeStream()
    for await _ in nothing {}
    source.finish()
    await server.stop()
  }
}
