import Logging
import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// Clients that go before they have got everything.
@Suite(.timeLimit(.minutes(5)))
struct DesertionTests {
  /// Sends the targets of the requests that the log tells of.
  private struct Targets: LogHandler {
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]
    let targets: Arrivals<String>

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      targets.send("\(event.metadata?["target"] ?? "none")")
    }
  }

  /// Of two exchanges that are dropped, only that counts as a failure which somebody waited for.
  @Test
  func anApplicationIsNotBlamedForAClientThatLeft() throws {
    let targets = Arrivals<String>()
    let large = ByteBuffer(repeating: 120, count: 32 * 1024 * 1024)
    let application = Answering { exchange in
      exchange.start(ResponseHead(status: 200))
      guard exchange.request.path == "/long" else { return }
      // More than the system takes from us: it waits until the client has gone. What is not sent is
      // not followed by more, and the exchange is let go, as the files do it.
      exchange.write(large) { _ in _ = exchange }
    }
    let records = Arrivals<ExchangeRecord>()
    let gateway = Gateway(
      configuration: Gateway.Configuration(),
      mounts: MountTable([Mount(prefix: "/", kind: "test", target: "test")]),
      gatekeeper: TestGate(.dispatch(application)),
      logger: Logger(label: "test") { _ in Targets(targets: targets) },
      onExchangeEnd: { records.send($0) }
    )
    defer { gateway.shutDown() }
    try withListener { listener, port in
      try gateway.serve([listener])
      for _ in 0..<5 {
        let deserter = try RawClient(port: port, receiveBuffer: 16 * 1024)
        try deserter.send("GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try deserter.head().status == 200)
        deserter.reset()
        #expect(records.next()?.wasCut == true)
      }
      let client = try RawClient(port: port)
      try client.send("GET /dropped HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(throws: RawClient.Failure.self) { try client.response() }
      #expect(records.next()?.target == "/dropped")
      // The first line in the log: the deserters came before, and left none.
      #expect(targets.next() == "/dropped")
    }
  }
}
