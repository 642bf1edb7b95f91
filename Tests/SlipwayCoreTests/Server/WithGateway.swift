import Logging
import NIOCore
import SlipwayCore
import SlipwaySystem
import SlipwayTestSupport
import Synchronization
import SystemPackage

/// An application made of a closure.
struct Answering: Application {
  private let answer: @Sendable (Exchange) -> Void

  init(_ answer: @escaping @Sendable (Exchange) -> Void) {
    self.answer = answer
  }

  func handle(_ exchange: Exchange) { answer(exchange) }

  /// Answers with method, path behind the mount, and body.
  static let echo = Answering { exchange in
    exchange.readAll { body in
      guard let body else { return exchange.fail(AppFailure(message: "The body broke off.")) }
      let request = exchange.request
      var text = ByteBuffer(string: "\(request.method) \(request.path) ")
      text.writeImmutableBuffer(body)
      exchange.respond(ResponseHead(status: 200), body: text)
    }
  }

  static func text(_ text: String) -> Answering {
    Answering { $0.respond(ResponseHead(status: 200), body: ByteBuffer(string: text)) }
  }
}

extension Exchange {
  /// Reads the body to its end; nil if that does not come.
  func readAll(_ body: ByteBuffer = ByteBuffer(), _ done: @escaping @Sendable (ByteBuffer?) -> Void)
  {
    read(upTo: 64 * 1024) { part in
      switch part {
      case .bytes(let bytes):
        var body = body
        body.writeImmutableBuffer(bytes)
        self.readAll(body, done)
      case .end: done(body)
      case .failed: done(nil)
      }
    }
  }
}

/// A gate that the test opens and closes.
final class TestGate: Gatekeeper {
  private let admission: Mutex<Admission>

  init(_ admission: Admission) {
    self.admission = Mutex(admission)
  }

  /// What was known with each request, in order; the gate is certain from then on.
  let certainties = Mutex<[Bool]>([])

  func admit(to mount: Mount, isCertain: inout Bool) -> Admission {
    certainties.withLock { [isCertain] in $0.append(isCertain) }
    isCertain = true
    return admission.withLock { $0 }
  }

  func set(_ admission: Admission) { self.admission.withLock { $0 = admission } }
}

/// Something that a test waits for, from any thread.
final class Arrivals<Value: Sendable>: Sendable {
  private let inbox = Inbox<Value>()

  func send(_ value: Value) { inbox.send(value) }

  /// The next value; nil if none comes within the patience of a test.
  func next() -> Value? {
    waiting.withLock { waiting in
      if waiting.isEmpty { waiting = inbox.receive(within: .seconds(120)) }
      return waiting.isEmpty ? nil : waiting.removeFirst()
    }
  }

  private let waiting = Mutex<[Value]>([])
}

/// A gateway on a loopback socket, for one test.
struct TestGateway {
  let gateway: Gateway
  let gate: TestGate
  let records: Arrivals<ExchangeRecord>
  let listeners: [SystemPackage.FileDescriptor]
  let port: UInt16

  func connect() throws -> RawClient { try RawClient(port: port) }

  /// Begins a drain; its outcome arrives later.
  func drain(grace: Duration = .seconds(10)) -> Arrivals<Drained> {
    let drained = Arrivals<Drained>()
    gateway.drain(grace: grace) { drained.send($0) }
    return drained
  }
}

/// Runs `body` with a gateway that serves `application` at `/`, with the rules of that mount.
func withGateway(
  _ application: Answering,
  gate: TestGate? = nil,
  rules: MountRules = MountRules(),
  configure: (inout Gateway.Configuration) -> Void = { _ in },
  _ body: (TestGateway) throws -> Void
) throws {
  try withListener { listener, port in
    let gate = gate ?? TestGate(.dispatch(application))
    let records = Arrivals<ExchangeRecord>()
    let gateway = makeGateway(gate, records, rules: rules, configure)
    defer { gateway.shutDown() }
    try gateway.serve([listener])
    try body(
      TestGateway(
        gateway: gateway,
        gate: gate,
        records: records,
        listeners: [listener],
        port: port
      )
    )
  }
}

/// Runs `body` with a socket that listens on a port of 127.0.0.1.
func withListener(_ body: (SystemPackage.FileDescriptor, UInt16) throws -> Void) throws {
  let listeners = try ListeningSocket.tcp(host: "127.0.0.1", port: 0)
  defer { for listener in listeners { try? listener.close() } }
  guard let listener = listeners.first, case .tcp(_, let port)? = BoundAddress(of: listener) else {
    throw RawClient.Failure.system("getsockname", 0)
  }
  try body(listener, port)
}

/// A gateway without a listener, such as the next generation before it serves.
func makeGateway(
  _ gate: TestGate,
  _ records: Arrivals<ExchangeRecord> = Arrivals(),
  rules: MountRules = MountRules(),
  _ configure: (inout Gateway.Configuration) -> Void = { _ in }
) -> Gateway {
  var configuration = Gateway.Configuration()
  configuration.generation = 7
  configuration.allowedHosts = .all
  configure(&configuration)
  var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  logger.logLevel = .critical
  return Gateway(
    configuration: configuration,
    mounts: MountTable([Mount(prefix: "/", kind: "test", target: "test", rules: rules)]),
    gatekeeper: gate,
    logger: logger,
    onExchangeEnd: { records.send($0) }
  )
}
