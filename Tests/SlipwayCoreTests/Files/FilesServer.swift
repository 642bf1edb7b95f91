import Logging
import SlipwayCore
import SlipwaySystem
import SlipwayTestSupport
import SystemPackage

/// Serves a directory at `/static` of a gateway on the loopback interface, while `body` runs.
///
/// `body` runs on a thread of its own. `records` gets what becomes of each exchange, `complaints`
/// what the log would say.
func withFilesServer(
  _ directory: String,
  mount: String = "/static",
  options: FilesOptions = FilesOptions(),
  records: Arrivals<ExchangeRecord>? = nil,
  complaints: Complaints = Complaints(),
  _ body: (_ connect: () throws -> RawClient) throws -> Void
) async throws {
  struct OpenGate: Gatekeeper {
    let application: FilesApplication

    func admit(to mount: Mount, isCertain: inout Bool) -> Admission { .dispatch(application) }
  }
  let listeners = try ListeningSocket.tcp(host: "127.0.0.1", port: 0)
  defer { for listener in listeners { try? listener.close() } }
  guard case .tcp(_, let port) = BoundAddress(of: listeners[0]) else {
    throw Errno.badFileDescriptor
  }
  let gateway = Gateway(
    configuration: Gateway.Configuration(),
    mounts: MountTable([Mount(prefix: mount, kind: "files", target: directory)]),
    gatekeeper: OpenGate(application: FilesApplication(directory: directory, options: options)),
    logger: Logger(label: "test", factory: { _ in complaints }),
    onExchangeEnd: { records?.send($0) }
  )
  try gateway.serve(listeners)
  defer { gateway.shutDown() }
  try await onThreadOfTest { try body { try RawClient(port: port) } }
}

/// A log in memory: what went wrong.
struct Complaints: LogHandler {
  private let lines = Monitor<[String]>([])

  var logLevel = Logger.Level.warning
  var metadata: Logger.Metadata = [:]

  var all: [String] { lines.update { $0 } }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    lines.update { $0.append("\(event.message) \(event.metadata ?? [:])") }
  }
}

extension RawClient {
  func send(_ method: String, _ target: String, _ lines: [String] = []) throws {
    let head = ["\(method) \(target) HTTP/1.1", "Host: localhost"] + lines
    try send(head.joined(separator: "\r\n") + "\r\n\r\n")
  }

  /// Sends a request and takes its response.
  func response(
    to method: String,
    _ target: String,
    _ lines: [String] = []
  ) throws -> Response {
    try send(method, target, lines)
    return try response(toHead: method == "HEAD")
  }
}
