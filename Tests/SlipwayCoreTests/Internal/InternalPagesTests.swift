import Logging
import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

/// The server's own pages, below the reserved prefix.
@Suite(.timeLimit(.minutes(5)))
struct InternalPagesTests {
  private func withPages(
    _ gate: TestGate,
    bodyLimit: Int = 1000,
    _ body: (RawClient) throws -> Void
  ) throws {
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    var configuration = Gateway.Configuration()
    configuration.bodyLimit = bodyLimit
    let gateway = Gateway(
      configuration: configuration,
      mounts: MountTable([Mount(prefix: "/", kind: "test", target: "test")]),
      internalPages: InternalPages(["events": Answering.echo]),
      gatekeeper: gate,
      logger: logger
    )
    defer { gateway.shutDown() }
    try withListener { listener, port in
      try gateway.serve([listener])
      try body(try RawClient(port: port))
    }
  }

  @Test(arguments: [
    ("/_slipway/events", 200, "GET /events "), ("/_slipway/events/x?y", 200, "GET /events/x "),
    ("/_slipway", 404, "SW020"), ("/_slipway/", 404, "SW020"), ("/_slipway/Events", 404, "SW020"),
    ("/_slipway/%65vents", 404, "SW020"), ("/_slipway//events", 404, "SW020"),
    ("/_slipway/eventsx", 404, "SW020"),
  ])
  func areFoundByTheirFirstSegment(_ target: String, _ status: Int, _ text: String) throws {
    try withPages(TestGate(.dispatch(Answering.text("the application")))) { client in
      try client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let response = try client.response()
      #expect(response.status == status)
      #expect(response.text.contains(text))
    }
  }

  /// A page, a missing one, and a refused request.
  @Test(arguments: [("events", "same-origin"), ("nothing", "none"), ("events", "cross-site")])
  func areKeptFromCachesAndOtherSites(_ page: String, _ site: String) throws {
    try withPages(TestGate(.hold)) { client in
      try client.send(
        "GET /_slipway/\(page) HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: \(site)\r\n\r\n"
      )
      let response = try client.response()
      for (name, value) in [
        ("cache-control", "no-store"), ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
      ] {
        #expect(response.fields.filter { $0.name == name }.map(\.value) == [value], "\(name)")
      }
    }
  }

  @Test(arguments: ["Content-Length: 11\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nb\r\n"])
  func takeNoLargerBodiesThanMounts(_ body: String) throws {
    try withPages(TestGate(.hold), bodyLimit: 10) { client in
      try client.send("POST /_slipway/events HTTP/1.1\r\nHost: localhost\r\n" + body)
      #expect(try client.response().status == 413)
    }
  }

  @Test func areServedWhileTheGateIsClosed() throws {
    try withPages(TestGate(.hold)) { client in
      try client.send("GET /_slipway/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try client.response().status == 200)
    }
  }
}
