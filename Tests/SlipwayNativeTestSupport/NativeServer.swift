import Logging
package import SlipwayCore
package import SlipwayNative
import SlipwaySystem
package import SlipwayTestSupport
import SystemPackage

/// A gateway that serves one native application, on a port of its own.
package struct NativeServer: Sendable {
  package let port: UInt16
  package let log: LogRecorder
  package let application: NativeApplication
  package let gateway: Gateway

  /// Loads a library, serves it, and shuts the gateway down when `body` is done.
  package static func run(
    _ library: String,
    product: String = "Harbour",
    at prefix: String = "/",
    _ body: (NativeServer) async throws -> Void
  ) async throws {
    let log = LogRecorder()
    let application = try NativeApplication.load(
      library: library,
      product: product,
      generation: 7,
      directory: "/srv/harbour",
      log: { log.write($0, $1, $2) }
    )
    try await serve(application, log: log, at: prefix, body)
  }

  /// Serves an application.
  package static func serve(
    _ application: NativeApplication,
    log: LogRecorder,
    at prefix: String = "/",
    _ body: (NativeServer) async throws -> Void
  ) async throws {
    let sockets = try ListeningSocket.tcp(host: "127.0.0.1", port: 0)
    defer { for socket in sockets { try? socket.close() } }
    var configuration = Gateway.Configuration()
    configuration.threads = 2
    configuration.allowedHosts = .all
    let gateway = Gateway(
      configuration: configuration,
      mounts: MountTable([Mount(prefix: prefix, kind: "swift", target: "Harbour")]),
      gatekeeper: OpenGate(application: application),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    try gateway.serve(sockets)
    let result = await Result.catching {
      let port = sockets.first.flatMap(BoundAddress.init(of:))?.port ?? 0
      try await body(
        NativeServer(port: port, log: log, application: application, gateway: gateway)
      )
    }
    try await onThread { gateway.shutDown() }
    try result.get()
  }

  /// Sends one request on a connection of its own. Throws if the response is cut.
  package func request(
    _ target: String,
    _ fields: [String] = [],
    method: String = "GET",
    body: [UInt8] = []
  ) async throws -> RawClient.Response {
    try await withClient { client in
      let length = body.isEmpty ? [] : ["Content-Length: \(body.count)"]
      let lines = (["Host: localhost"] + length + fields).map { "\($0)\r\n" }.joined()
      try client.send("\(method) \(target) HTTP/1.1\r\n\(lines)\r\n")
      try client.send(body)
      return try client.response(toHead: method == "HEAD")
    }
  }

  /// Gives blocking work a connection.
  package func withClient<Result: Sendable>(
    _ body: @escaping @Sendable (RawClient) throws -> Result
  ) async throws -> Result {
    let port = port
    return try await onThread {
      let client = try RawClient(port: port)
      defer { client.close() }
      return try body(client)
    }
  }
}

/// A gate that is always open.
private struct OpenGate: Gatekeeper {
  let application: NativeApplication

  func admit(to mount: Mount, isCertain: inout Bool) -> Admission { .dispatch(application) }
}

extension BoundAddress {
  fileprivate var port: UInt16? {
    if case .tcp(_, let port) = self { return port }
    return nil
  }
}

extension Result where Success == Void, Failure == any Error {
  fileprivate static func catching(_ body: () async throws -> Void) async -> Self {
    do {
      return .success(try await body())
    } catch {
      return .failure(error)
    }
  }
}
