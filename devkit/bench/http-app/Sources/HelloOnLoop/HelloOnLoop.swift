import SlipwayApp

/// The same answer without a change of threads, as Hummingbird and a bare NIO handler give it.
struct HelloOnLoop: Application {
  init(host: Host) {}

  var startsOnEventLoop: Bool { true }

  func respond(to request: Request) async throws -> Response {
    Response(headerFields: [.contentType: "text/plain"], body: "Hello, world\n")
  }
}

/// What Slipway calls when it has loaded the library.
@c(slipway_application)
public func slipwayApplication(_ host: UnsafeRawPointer) -> UnsafeRawPointer? {
  HelloOnLoop.export(to: host)
}
